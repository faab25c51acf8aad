"""How long a clerk waits at the search box, and how much a page weighs: a real browser on a filled home.

From the key that completes a word to the frame in which its results are painted, the pause of 60 ms included that
the page waits for further keys. Thumbnails are drawn meanwhile, as they are for a clerk; they do not count as weight.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

WORDS = (
    ("name", "nguyen thi oanh"),
    ("name", "Trần Văn Hùng"),
    ("number", "577/GPXD"),
    ("part of a number", "577"),
    ("common words", "giay phep xay dung"),
    ("common words", "quyet dinh thu hoi dat"),
    ("phrase", '"chuyển mục đích sử dụng đất"'),
    ("misread", "nguyen thl oanh"),
)
_PAINTED = """() => new Promise(done => {
  const begun = performance.now();
  document.body.addEventListener("htmx:afterSettle", () => requestAnimationFrame(() => requestAnimationFrame(
    () => done(performance.now() - begun))), { once: true });
})"""


def measure(arguments: list[str]) -> dict[str, Any]:
    """Fill a home with ``--results`` results, serve it, and type."""
    parser = argparse.ArgumentParser(prog="./run measure pages")
    parser.add_argument("--results", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args(arguments)
    home = Path(tempfile.mkdtemp(prefix="sohoa-pages-"))
    os.environ["SOHOA_HOME"] = str(home)
    try:
        _prepare(options.results)
        return {"results": options.results, "rounds": options.rounds} | _at_the_desk(home, options.rounds)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _prepare(count: int) -> None:
    import catalog
    from web.settings import extras

    catalog.setup(extras())
    catalog.migrate()
    from benchmarks.filled_home import fill

    fill(count)


def _at_the_desk(home: Path, rounds: int) -> dict[str, Any]:
    from tests.cli.support import Sohoa, served
    from tests.web import browsing

    sohoa = Sohoa(home)
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with served(sohoa) as (address, _process), browsing.desk(str(chromium), address) as desk:
        browsing.accept(desk.page(), address, browsing.seat(sohoa, "mot.cua", "clerk"))
        page = desk.page("mot.cua")
        waits: dict[str, list[float]] = {}
        for _round in range(rounds):
            for kind, words in WORDS:
                waits.setdefault(kind, []).append(_wait(page, words))
        every = sorted(wait for kind in waits.values() for wait in kind)
        return {
            "ms from key to paint": {kind: _told(found) for kind, found in waits.items()} | {"all": _told(every)},
            "bytes without pictures": {path: _weight(page, address + path) for path in ("/", "/?q=giay+phep", "/me/")},
        }


def _wait(page: Page, words: str) -> float:
    page.fill("#q", "")
    page.wait_for_timeout(400)
    page.locator("#q").evaluate("(box, text) => { box.value = text; }", words[:-1])
    page.evaluate(f"() => {{ window.painted = ({_PAINTED})(); }}")
    page.locator("#q").press(words[-1])
    return float(page.evaluate("window.painted"))


def _told(found: list[float]) -> dict[str, float]:
    ordered = sorted(found)
    return {
        "median": round(statistics.median(ordered)),
        "p95": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]),
        "most": round(ordered[-1]),
    }


def _weight(page: Page, address: str) -> int:
    """Bytes of all that the page needs but pictures, as they come over the line on a first visit."""
    context = page.context.browser.new_context(storage_state=page.context.storage_state())  # type: ignore[union-attr]
    fresh = context.new_page()
    sizes: list[int] = []
    fresh.on(
        "requestfinished",
        lambda request: (
            sizes.append(request.sizes()["responseBodySize"] + request.sizes()["responseHeadersSize"])
            if request.resource_type != "image"
            else None
        ),
    )
    fresh.goto(address)
    fresh.wait_for_load_state("networkidle")
    context.close()
    return sum(sizes)
