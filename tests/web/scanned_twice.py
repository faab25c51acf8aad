"""A paper that was scanned twice, and pages that are looked at on the way."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from benchmarks.rescanned import rescanned
from pipeline.pages import Pages
from tests.pipeline.making import scan_of

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
SHOTS = os.environ.get("SHOTS", "")
"""Folder for pictures of the pages, for whoever wants to look at them."""


def looked_at(page: Page, name: str) -> None:
    """axe finds nothing wrong with the page as it stands, and it is not wider than the screen."""
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png")


def scanned_again(paper: Path, work: Path) -> Path:
    """Another scan of the first page of `paper`."""
    with Pages(scan_of(paper, work / "copy")) as pages:
        image = pages.image(1, work / "page")
    jpeg, _dpi = rescanned(np.asarray(cv2.imread(str(image.path))), image.dpi, 5)
    again = work / "quét lại.jpg"
    again.write_bytes(jpeg)
    return again
