"""Files for batches: small PDFs that all differ."""

from __future__ import annotations

from pathlib import Path

import pikepdf


def pdf(to: Path, mark: str, pages: int = 1) -> Path:
    """A PDF of empty pages whose bytes hang on `mark` alone."""
    with pikepdf.new() as made:
        for _ in range(pages):
            made.add_blank_page(page_size=(200, 280))
        made.docinfo["/Title"] = mark
        made.save(to, deterministic_id=True)
    return to
