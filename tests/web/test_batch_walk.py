"""From chosen files to checked results, by keys alone: a batch of twelve papers of the corpus, with a page that has
to be scanned again and a split that was missed. What checking costs in keys is counted.
"""

from __future__ import annotations

import json
import shutil
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import Page

from catalog import batches, confidential, results
from catalog.records import Status
from catalog.states import State
from core.text import fold_words, nfc
from tests.catalog.support import use_database
from tests.cli.support import Sohoa, served
from tests.web import browsing
from tests.web.browsing import Desk, typed

pytestmark = pytest.mark.corpus

PAPERS = 12
MOST_KEYS = 12
"""Keys that checking a document takes, in the median."""
FIELDS = "issue_date holder_birth_date expiry_date".split()


@dataclass
class Keys:
    """A keyboard, and how often its keys went down."""

    page: Page
    count: int = 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.count += 1

    def type(self, text: str) -> None:
        typed(self.page, text)
        self.count += len(text)

    def to(self, selector: str) -> None:
        """Tab on until something that `selector` names has the focus."""
        for _ in range(120):
            if self.page.evaluate("(s) => document.activeElement?.matches(s) ?? false", selector):
                return
            self.press("Tab")
        raise AssertionError(f"Tab never reaches {selector}")


@dataclass(frozen=True)
class Office:
    """An installation that serves its pages, a window of one of its staff, and the papers with their truth."""

    home: Path
    desk: Desk
    papers: list[dict[str, Any]]
    files: list[Path]
    rescan: Path

    def catalog(self) -> Any:
        return use_database(f"sqlite:///{self.home / 'catalog.sqlite3'}")


@pytest.fixture(autouse=True)
def beside_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Playwright runs a loop in this thread, in which Django would refuse to ask the catalog."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture
def office(chromium: str, corpus: Path, tmp_path: Path, new_home: Path) -> Iterator[Office]:
    truth = [json.loads(line) for line in (corpus / "truth.jsonl").read_text("utf-8").splitlines()]
    open_kinds = (entry for entry in truth if not confidential.of(entry["fields"], entry["text"]))
    pdfs = [entry for entry in open_kinds if entry["file"].endswith(".pdf")]  # secret ones are not for every checker
    papers = pdfs[:: len(pdfs) // PAPERS][:PAPERS]
    files, rescan = scanned([corpus / entry["file"] for entry in papers], tmp_path)
    sohoa = Sohoa(tmp_path / "home")
    shutil.copytree(new_home, sohoa.home)
    sohoa("units", "add", "H61", "Ủy ban nhân dân tỉnh mẫu")
    invitation = browsing.seat(sohoa, "van.thu", "staff")
    with served(sohoa) as (url, _process), browsing.desk(chromium, url) as desk:
        browsing.accept(desk.page(), url, invitation)
        yield Office(sohoa.home, desk, papers, files, rescan)


def scanned(papers: list[Path], folder: Path) -> tuple[list[Path], Path]:
    """The papers as an operator's files: the first two in one without a sheet between them, the last with a first page
    that nobody could read, and the new scan of that page."""
    together = folder / "hai van ban.pdf"
    with pikepdf.new() as joined:
        for paper in papers[:2]:
            with pikepdf.open(paper) as pdf:
                joined.pages.extend(pdf.pages)
        joined.save(together)
    dark, again = folder / "trang mo.pdf", folder / "quet lai.pdf"
    with pikepdf.open(papers[-1]) as pdf, pikepdf.new() as good:
        good.pages.append(pdf.pages[0])
        good.save(again)
        with pikepdf.open(again) as page:
            spoil(page)
            page.pages.extend(pdf.pages[1:])
            page.save(dark)
    return [together, *papers[2:-1], dark], again


def spoil(pdf: pikepdf.Pdf) -> None:
    """The picture of the first page as if the lid had been open: dark and without a sharp edge."""
    (name, raw) = next(iter(pdf.pages[0].get_images().items()))
    picture = pikepdf.PdfImage(raw).as_pil_image().convert("RGB")
    bad = picture.filter(ImageFilter.GaussianBlur(6)).point(lambda value: value // 4)
    assert isinstance(bad, Image.Image)
    pdf.pages[0].Resources.XObject[name] = pdf.make_stream(
        bad.tobytes(),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=bad.width,
        Height=bad.height,
        ColorSpace=pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
    )


@pytest.mark.timeout(600)
def test_a_batch_from_dropped_files_to_checked_results(office: Office) -> None:
    page = office.desk.page("van.thu")
    keys = Keys(page)
    batch = opened(office, keys)
    sent(office, keys, batch, office.files)
    put_in_order(office, keys, batch)
    closed(office, keys, batch)
    done(office, keys, batch)
    counted = checked(office, keys)
    until(page, lambda: status(office, batch).in_review == 0, 20)
    with office.catalog():
        rows = results.recent(PAPERS + 1)
    assert len(rows) == PAPERS
    assert {row.state for row in rows} <= {State.ACCEPTED, State.VERIFIED}
    each = [*counted, *[0] * (PAPERS - len(counted))]
    print(f"keys a document: {sorted(each)}, median {statistics.median(each)}; of {len(counted)} that were looked at")
    assert statistics.median(counted) <= MOST_KEYS


def opened(office: Office, keys: Keys) -> int:
    """Open a batch of twelve papers; gives its number."""
    keys.page.goto(f"{office.desk.address}/batches/")
    keys.to("a[href$='/batches/open/']")
    keys.press("Enter")
    keys.page.wait_for_url("**/batches/open/")
    keys.to("#id_name")
    keys.type("Hộp 12")
    keys.to("#id_expected_documents")
    keys.type(str(PAPERS))
    keys.press("Enter")
    keys.page.wait_for_selector("input[type=file]", state="attached")
    return int(keys.page.url.rstrip("/").rpartition("/")[2])


def sent(office: Office, keys: Keys, batch: int, files: list[Path]) -> None:
    """Choose the files in the batch's page, and wait until all are safe."""
    keys.page.wait_for_load_state("networkidle")
    wanted = status(office, batch).files + len(files)
    keys.to("input[type=file]")
    keys.count += 1  # Enter, which opens a window of the operating system
    keys.page.locator("input[type=file]:focus").set_input_files(files)
    until(keys.page, lambda: status(office, batch).files == wanted, 60)


def status(office: Office, batch: int) -> Status:
    with office.catalog():
        return batches.status(batch)


def until(page: Page, true: Callable[[], bool], seconds: int) -> None:
    """Wait, while the page goes on, until the catalog says so."""
    for _ in range(seconds * 2):
        if true():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"not so after {seconds} s")


def put_in_order(office: Office, keys: Keys, batch: int) -> None:
    """Split what has two papers in it, and ask for the page that nobody can read once more."""
    page = keys.page
    at_the_desk(office, keys, batch, documents=PAPERS - 1)
    second = second_paper(office, page)
    keys.press("Home")
    go_to(keys, "ArrowRight", lambda here: here == second)
    keys.press("s")
    page.wait_for_function(f"() => document.querySelectorAll('.bundle:not(.none)').length === {PAPERS}")
    keys.press("End")
    last = focused(page).partition(":")[0]
    keys.press("Home")
    bad = go_to(keys, "f", lambda here: here.partition(":")[0] == last)
    keys.press("a")
    page.wait_for_selector(".leaf.awaiting_rescan")
    keys.to(f"a.again[href$='{bad}']")
    keys.press("Enter")
    page.wait_for_url("**replaces=**")
    sent(office, keys, batch, [office.rescan])
    at_the_desk(office, keys, batch, documents=PAPERS)
    assert page.locator(".leaf.awaiting_rescan").count() == 0


def at_the_desk(office: Office, keys: Keys, batch: int, documents: int) -> None:
    keys.page.goto(f"{office.desk.address}/batches/{batch}/desk/")
    keys.page.wait_for_function(
        "(count) => document.getElementById('desk-form').dataset.looking === '0'"
        " && document.querySelectorAll('.bundle:not(.none)').length === count",
        arg=documents,
        timeout=60_000,
    )


def second_paper(office: Office, page: Page) -> str:
    """The first page of the second paper in the file of two."""
    inside = page.locator(".leaf", has=page.locator(f".name[title='{office.files[0].name}']")).locator("input")
    return str(inside.nth(office.papers[0]["pages"]).get_attribute("value"))


def go_to(keys: Keys, key: str, there: Callable[[str], bool]) -> str:
    """Press a key until the page that has the focus is the one; gives it."""
    for _ in range(100):
        here = focused(keys.page)
        if there(here):
            return here
        keys.press(key)
    raise AssertionError(f"{key} never leads there, but to {here}")


def focused(page: Page) -> str:
    return str(page.evaluate("() => document.activeElement?.value ?? ''"))


def closed(office: Office, keys: Keys, batch: int) -> None:
    keys.to("a[href$='/close/']")
    keys.press("Enter")
    keys.page.wait_for_url("**/close/")
    keys.to("main button[type=submit]")
    keys.press("Enter")
    keys.page.wait_for_url(f"**/batches/{batch}/")


def done(office: Office, keys: Keys, batch: int) -> None:
    """All is read."""

    def read() -> bool:
        now = status(office, batch)
        assert not now.failed
        return now.documents == PAPERS and not now.unfinished

    until(keys.page, read, 240)


def checked(office: Office, keys: Keys) -> list[int]:
    """Check all that waits against the truth; keys for each document."""
    page = keys.page
    page.goto(f"{office.desk.address}/review/")
    counted: list[int] = []
    if page.locator("text=Bắt đầu").count() == 0:
        return counted
    keys.press("Enter")
    page.wait_for_selector("#desk")
    while page.locator("#desk").count():
        page.wait_for_load_state("networkidle")
        result = str(page.locator("#desk").get_attribute("data-result"))
        before = keys.count
        check(keys, truth_of(office, int(result)), result)
        counted.append(keys.count - before)
        page.wait_for_function(
            "(result) => location.pathname === '/review/'"
            " || (document.getElementById('desk')?.dataset.result ?? result) !== result",
            arg=result,
        )
    return counted


def truth_of(office: Office, result: int) -> dict[str, str]:
    """The truth of the paper whose words these are."""
    with office.catalog():
        words = set(fold_words(results.show(result).text).split())
    best = max(office.papers, key=lambda paper: len(words & set(fold_words(paper["text"]).split())) / len(words))
    fields: dict[str, str] = best["fields"]
    return fields


def check(keys: Keys, truth: dict[str, str], result: str) -> None:
    """One document: Enter where it is right, and what is on the paper where it is not."""
    page = keys.page
    for _ in range(40):
        name, shown = page.evaluate("() => [document.activeElement.name ?? '', document.activeElement.value ?? '']")
        if not name.startswith("f-"):
            raise AssertionError(f"no field has the focus, but {name!r}")
        settle(keys, name[2:], shown, truth.get(name[2:], ""))
        page.wait_for_function(
            "([name, result]) => { const desk = document.getElementById('desk');"
            " if (!desk || desk.dataset.result !== result) return true;"
            " const here = document.activeElement; return here.name !== name"
            " || here.closest('.entry').querySelector('.ask, .fault'); }",
            arg=[name, result],
        )
        if not page.locator(f"#desk[data-result='{result}']").count():
            return
    raise AssertionError("a document that never ends")


def settle(keys: Keys, name: str, shown: str, wanted: str) -> None:
    if name in FIELDS and wanted:
        wanted = f"{date.fromisoformat(wanted):%d/%m/%Y}"
    if not wanted:
        keys.press("F4")
    elif fold_words(shown) == fold_words(wanted) and nfc(shown).casefold() == nfc(wanted).casefold():
        keys.press("Enter")
    else:
        enter(keys, name, wanted)
        keys.press("Enter")


def enter(keys: Keys, name: str, wanted: str) -> None:
    """As few keys as a person needs: a suggestion, the figures of a number, or all of it."""
    page = keys.page
    offered = page.evaluate(
        "() => [...document.activeElement.closest('.entry').querySelectorAll('.suggest button')]"
        ".map((one) => one.dataset.value ?? '')"
    )
    if wanted in offered:
        keys.press("F2")
        keys.press(str(offered.index(wanted) + 1))
        return
    if name in FIELDS:
        keys.type(wanted.replace("/", ""))
        return
    figures = wanted.partition("/")[0]
    if name == "number" and figures.isdigit():
        keys.type(figures)
        if page.evaluate("() => document.activeElement.value") == wanted:
            return
        keys.type(wanted[len(figures) :])
        return
    keys.type(wanted)
