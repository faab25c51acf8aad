"""The pages of the benchmark all differ, keep size, colours and purpose, and are the same in every run."""

from __future__ import annotations

from pathlib import Path

import pikepdf

from benchmarks.aged_pages import aged, kinds, originals, write_pdf


def test_aged_pages_differ_and_keep_what_they_are(samples: Path, tmp_path: Path) -> None:
    pages = originals(samples)
    made = list(aged(pages, len(pages) + 2))
    assert len({page.jpeg for page in made}) == len(made)
    assert not {page.jpeg for page in made} & {page.jpeg for page in pages}
    assert made == list(aged(pages, len(pages) + 2))
    write_pdf(made, tmp_path / "aged.pdf")
    assert kinds(tmp_path / "aged.pdf") == [page.kind for page in made]
    size = sum(len(page.jpeg) for page in pages) / sum(len(page.jpeg) for page in made[: len(pages)])
    assert 0.9 <= size <= 1.3
    with pikepdf.open(tmp_path / "aged.pdf") as pdf:
        for page, sheet in zip(made, pdf.pages, strict=True):
            assert (float(sheet.mediabox[2]), float(sheet.mediabox[3])) == page.points
