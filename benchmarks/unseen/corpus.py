"""Writes a folder in the format of the development corpus: ``docs/`` and ``truth.jsonl``."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2
from PIL import Image

from benchmarks.unseen.browser import Printed, Printer
from benchmarks.unseen.documents import Drawn, Kind, draw, kinds
from benchmarks.unseen.paper import PROFILES, Profile, age

EPOCH = time.gmtime(0)
"""Written into PDFs as their time, so that the same set comes out again byte for byte."""


def write(browser: Printer, folder: Path, part: str, count: int, seed: int) -> Path:
    """`count` documents of the kinds of `part` into `folder`, which must be new or empty; returns the truth's path.

    Raises FileExistsError where something is in the folder.
    """
    (folder / "docs").mkdir(parents=True)
    truth = folder / "truth.jsonl"
    with truth.open("x", encoding="utf-8") as lines:
        for kind, round_, profile in _plan(part, count):
            line = _one(browser, folder, kind, profile, f"{seed} {round_}", f"{kind.name}-{round_}")
            lines.write(json.dumps(line, ensure_ascii=False) + "\n")
    return truth


def _plan(part: str, count: int) -> Iterator[tuple[Kind, int, Profile]]:
    """The kinds in turn, with the round; the profiles in turn too, shifted each round so that a kind meets several."""
    chosen = [kind for kind in kinds() if kind.part == part]
    for number in range(count):
        round_, place = divmod(number, len(chosen))
        yield chosen[place], round_, PROFILES[(place + 2 * round_) % len(PROFILES)]


def _one(browser: Printer, folder: Path, kind: Kind, profile: Profile, seed: str, name: str) -> dict[str, Any]:
    drawn = draw(kind, seed)
    printed = browser.print(drawn.html)
    lots = np.random.default_rng(list(f"{kind.name} {seed}".encode()))
    dpi = int(lots.choice(profile.dpi))
    upright = pages(printed.pdf, dpi)
    scans = [age(page, upright[(at + 1) % len(upright)], profile, lots) for at, page in enumerate(upright)]
    file = _save(scans, folder / "docs" / name, profile, dpi, lots)
    return entry(name, f"docs/{file.name}", drawn, printed, len(scans)) | {"dpi": dpi, "profile": profile.name}


def entry(name: str, file: str, drawn: Drawn, printed: Printed, count: int) -> dict[str, Any]:
    """The line of the truth; ``kind`` and ``unscored`` (fields that the score leaves out) are this set's own."""
    numbers = "".join(f" {number}" for number in range(2, count + 1))
    return {
        "id": name,
        "file": file,
        "pages": count,
        "kind": drawn.kind.name,
        "handwritten": list(drawn.handwritten),
        "unscored": list(drawn.unscored),
        "fields": drawn.fields,
        "text": printed.text + numbers,
    }


def pages(pdf: bytes, dpi: int) -> list[Any]:
    """The pages as BGR arrays."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=dpi / 72, rev_byteorder=False).to_numpy()[..., :3].copy() for page in document]


def _save(scans: list[Any], stem: Path, profile: Profile, dpi: int, lots: np.random.Generator) -> Path:
    """As PDF, or as offices also have them: TIFF of copies, JPEG of single pages."""
    images = [_image(scan, profile) for scan in scans]
    quality = int(lots.integers(*profile.quality))
    first, rest = images[0], images[1:]
    if profile.name == "copy" and lots.random() < 0.5:
        path = stem.with_suffix(".tif")
        first.save(path, save_all=True, append_images=rest, compression="group4", dpi=(dpi, dpi))
    elif not rest and lots.random() < (0.8 if profile.name == "phone" else 0.2):
        path = stem.with_suffix(".jpg")
        first.convert("RGB" if first.mode == "RGB" else "L").save(path, quality=quality, dpi=(dpi, dpi))
    else:
        path = stem.with_suffix(".pdf")
        kept: dict[str, Any] = {} if profile.name == "copy" else {"quality": quality}
        kept |= {"creationDate": EPOCH, "modDate": EPOCH, "resolution": dpi}
        first.save(path, save_all=True, append_images=rest, **kept)
    return path


def _image(scan: Any, profile: Profile) -> Image.Image:
    if scan.ndim == 2:
        return (
            Image.fromarray(scan).convert("1", dither=Image.Dither.NONE)
            if profile.name == "copy"
            else Image.fromarray(scan)
        )
    return Image.fromarray(cv2.cvtColor(scan, cv2.COLOR_BGR2RGB))
