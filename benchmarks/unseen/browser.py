"""HTML to PDF through Chromium, and the words that it prints."""

from __future__ import annotations

import base64
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

PENS = ("fontpkg_indie_flower", "fontpkg_dancing_script")
"""Fonts that look written by hand and have all Vietnamese letters, as Python packages."""
WORDS = """() => {
  for (const drawn of document.querySelectorAll('.pen, .seal, .rule, style')) drawn.style.display = 'none';
  return document.body.innerText;
}"""


@dataclass(frozen=True)
class Printed:
    """A paper as it leaves the printer."""

    pdf: bytes
    text: str
    """Its printed words, without what a pen wrote and without those in the ring of a seal."""


class Printer:
    """A running browser that prints."""

    def __init__(self, browser: Browser) -> None:
        self._page = browser.new_page(java_script_enabled=True)
        self._fonts = "".join(_font_face(number, module) for number, module in enumerate(PENS))

    def print(self, html: str) -> Printed:
        """A4 pages of `html`; the margins are the document's own."""
        self._page.set_content(html.replace("</head>", f"<style>{self._fonts}</style></head>"))
        self._page.evaluate("document.fonts.ready")
        pdf = self._page.pdf(prefer_css_page_size=True, print_background=True)
        return Printed(pdf, " ".join(self._page.evaluate(WORDS).split()))


@contextmanager
def printer() -> Iterator[Printer]:
    """A browser of our own, closed afterwards."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        sys.exit("no Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--font-render-hinting=none"]
        )
        try:
            yield Printer(browser)
        finally:
            browser.close()


def _font_face(number: int, module: str) -> str:
    [file] = (Path(str(import_module(module).__file__)).parent / "files").glob("*.ttf")
    data = base64.b64encode(file.read_bytes()).decode()
    return f"@font-face{{font-family:Pen{number};src:url(data:font/ttf;base64,{data})}}"
