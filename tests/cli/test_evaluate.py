"""``sohoa evaluate`` on a small corpus of real scans."""

from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.cli.support import Run, Sohoa

DOCUMENTS = ("dev-009", "dev-052")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Path:
    """Two documents: one with a wrong truth (a mistake for certain), one partly written by hand; one that is broken."""
    folder = tmp_path_factory.mktemp("small") / "kho <mẫu>"
    (folder / "docs").mkdir(parents=True)
    lines = [json.loads(line) for line in (samples / "truth.jsonl").read_text("utf-8").splitlines()]
    chosen = [line for line in lines if line["id"] in DOCUMENTS]
    for line in chosen:
        shutil.copy(samples / line["file"], folder / line["file"])
    chosen[0]["fields"]["holder"] = "<b>Ai khác</b>"
    (folder / "docs" / "broken.pdf").write_bytes(b"%PDF-1.7\nbroken")
    broken = {"id": "broken", "file": "docs/broken.pdf", "profile": "aged", "fields": {"number": "1/QĐ"}, "text": "a"}
    content = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in [*chosen, broken])
    (folder / "truth.jsonl").write_text(content, "utf-8")
    return folder


@pytest.fixture(scope="module")
def evaluated(small: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Sohoa, Run, Path]:
    """The command, what it said, and its page."""
    sohoa = Sohoa(tmp_path_factory.mktemp("evaluate") / "home")
    page = sohoa.home.parent / "page.html"
    return sohoa, sohoa("evaluate", small, "--report", page, "--json", LC_ALL="vi_VN.UTF-8"), page


def test_the_figures_and_each_mistake_are_told(evaluated: tuple[Sohoa, Run, Path]) -> None:
    _sohoa, run, _page = evaluated
    assert run.code == 3, "a document that cannot be read"
    told = run.json
    assert (told["documents"], told["unread"]) == (3, ["broken"])
    assert list(told["groups"])[:3] == ["all", "printed", "handwritten"]
    assert told["groups"]["all"]["words"] == pytest.approx(2 / 3, abs=0.1)
    first = told["mistakes"][0]
    assert (first["id"], first["field"], first["kind"], first["truth"]) == (
        "dev-009", "holder", "silent", "<b>Ai khác</b>"
    )  # fmt: skip
    assert first["value"] and first["confidence"] > 0.5 and len(first["evidence"]["box"]) == 4
    assert {"id": "broken", "kind": "missed", "value": None}.items() <= told["mistakes"][1].items()
    assert "broken.pdf" in run.err


def test_a_second_run_reads_no_page_again_and_says_the_same(evaluated: tuple[Sohoa, Run, Path], small: Path) -> None:
    sohoa, first, _page = evaluated
    without_engine = sohoa.home.parent / "no-pages-read"
    shutil.copytree(sohoa.home / "work" / "readings", without_engine)
    kept = {path: path.stat().st_mtime_ns for path in without_engine.rglob("*.reading")}
    assert len(kept) == 2
    again = sohoa("evaluate", small, "--readings", without_engine, "--json", LC_ALL="vi_VN.UTF-8")
    assert again.out == first.out
    assert {path: path.stat().st_mtime_ns for path in without_engine.rglob("*.reading")} == kept
    assert not (sohoa.home / "catalog.sqlite3").exists()


class _Outside(HTMLParser):
    """Notes whatever a page would fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "link", "iframe", "b"}:  # b: the mark-up that the truth holds
            self.found.append(tag) if (tag, attrs) != ("b", []) else None
        self.found += [f"{name}={value}" for name, value in attrs if name in {"src", "href"} and _fetched(value)]


def _fetched(value: str | None) -> bool:
    return not (value or "").startswith("data:image/jpeg;base64,")


def test_the_page_needs_nothing_from_outside_and_shows_text_as_text(evaluated: tuple[Sohoa, Run, Path]) -> None:
    html = evaluated[2].read_text("utf-8")
    outside = _Outside()
    outside.feed(html)
    assert outside.found == []
    assert "url(" not in html
    assert "&lt;b&gt;Ai khác&lt;/b&gt;" in html and "<b>Ai khác" not in html
    assert "kho &lt;mẫu&gt;" in html
    assert '<html lang="vi">' in html


def test_filters_work_without_a_script(evaluated: tuple[Sohoa, Run, Path], chromium: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1360, "height": 900}, java_script_enabled=True)
        page.goto(evaluated[2].as_uri())
        cards = page.locator("article:visible")
        every = cards.count()
        assert every == len(evaluated[1].json["mistakes"])
        assert page.locator("article.silent").first.locator("img").evaluate("i => i.naturalWidth") > 100
        silent = page.locator("article.silent").count()
        page.locator("label", has_text="sai mà không hỏi").click()
        assert cards.count() == every - silent
        page.locator("label", has_text="sai mà không hỏi").click()
        assert cards.count() == every
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        browser.close()


def test_people_get_tables(evaluated: tuple[Sohoa, Run, Path], small: Path) -> None:
    run = evaluated[0]("evaluate", small, LC_ALL="vi_VN.UTF-8")
    assert run.code == 3
    assert re.search(r"^chữ in\t\d+\t0\.\d{3}\t", run.out, re.MULTILINE)
    assert "sai mà không hỏi\tdev-009\tNgười được cấp\t<b>Ai khác</b>\t" in run.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["docs"], "is no corpus"),
        (["missing"], "missing"),
        ([".", "--report", "no/where.html"], "choose another file"),
        ([".", "--readings", "truth.jsonl/x"], "cannot be made"),
    ],
)
def test_wrong_calls_end_with_2_before_any_work(sohoa: Sohoa, small: Path, arguments: list[str], message: str) -> None:
    with sohoa.start("evaluate", *arguments, cwd=small) as process:
        out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (2, "")
    assert message in err
    assert "Traceback" not in err
