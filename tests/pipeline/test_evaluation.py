"""Scoring a corpus: what counts as right, as silent, as invented; a truth that is no truth is refused."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from PIL import Image

from core.errors import UsageError
from ocr.records import Box, Engine, Reading
from pipeline.evaluation import kept
from pipeline.evaluation.corpus import Entry, load
from pipeline.evaluation.crops import Crops
from pipeline.evaluation.scoring import NOTHING, Found, Mistake, is_right, score
from pipeline.evaluation.summary import summary
from pipeline.pages import Pages
from tests.pipeline import making


def entry(fields: dict[str, str], text: str = "", *, complete: bool = True, pen: tuple[str, ...] = ()) -> Entry:
    return Entry("a", Path("a.pdf"), 1, "clean", frozenset(pen), fields, text, complete)


def found(fields: dict[str, str], review: tuple[str, ...] = (), text: str = "") -> Found:
    return Found(text, fields, frozenset(review))


@pytest.mark.parametrize(
    ("name", "truth", "value", "right"),
    [
        ("holder", "Nguyễn Thị Hòa", "NGUYỄN THỊ HOÀ", True),
        ("holder", "Nguyễn Thị Hòa", "Nguyễn Thị Hoa", False),
        ("issuer", "Ủy ban nhân dân xã A", "Uỷ ban  nhân dân, xã A.", True),
        ("number", "12/QĐ-UBND", "12 / QÐ-UBND", True),
        ("number", "12/QĐ-UBND", "12QĐUBND", False),
        ("number", "12/QĐ-UBND", "", False),
        ("issue_date", "2019-03-05", "2019-03-05", True),
    ],
)
def test_a_value_is_right_whatever_the_writing_habits(name: str, truth: str, value: str, right: bool) -> None:
    assert is_right(name, truth, value) is right


@pytest.mark.parametrize(
    ("fields", "review", "mistake"),
    [
        ({"number": "12/QĐ"}, (), None),
        ({"number": "12/QĐ"}, ("number",), None),
        ({"number": "13/QĐ"}, (), Mistake.SILENT),
        ({"number": "13/QĐ"}, ("number",), Mistake.ASKED),
        ({}, (), Mistake.MISSED),
        ({}, ("number",), Mistake.SOUGHT),
        ({"number": "12/QĐ", "signer": "Ai đó"}, (), Mistake.INVENTED),
        ({"number": "12/QĐ", "signer": "Ai đó"}, ("signer",), None),
    ],
)
def test_each_kind_of_mistake_is_told_apart(
    fields: dict[str, str], review: tuple[str, ...], mistake: Mistake | None
) -> None:
    scored = score(entry({"number": "12/QĐ"}), found(fields, review))
    assert [f.mistake for f in scored.fields if f.mistake] == ([mistake] if mistake else [])


def test_nothing_is_invented_where_the_truth_is_not_complete() -> None:
    scored = score(entry({"number": "1"}, complete=False), found({"number": "1", "signer": "Ai"}))
    assert [f.name for f in scored.fields] == ["number"]


def test_words_count_with_repetitions_and_without_order() -> None:
    scored = score(entry({}, "Một hai hai ba"), found({}, text="BA, hai - một bon"))
    assert scored.words == pytest.approx(2 * 3 / 8)
    assert score(entry({}, "Đất đai"), found({}, text="Dat dai")).folded == 1.0
    assert score(entry({}), found({}, text="chữ")).words is None
    assert score(entry({}, "chữ"), NOTHING).words == 0.0


def test_groups_count_what_the_paper_states_and_silent_what_it_does_not() -> None:
    scored = score(
        entry({"number": "1", "holder": "An"}, pen=("number",)), found({"holder": "An", "signer": "Ai"}, ("number",))
    )
    figures = summary([scored])
    assert list(figures.groups) == ["all", "printed", "handwritten", "clean"]
    everything, printed, penned = (figures.groups[name] for name in ("all", "printed", "handwritten"))
    assert (everything.fields, everything.right, everything.silent, everything.review) == (2, 0.5, 0.5, 0.5)
    assert (printed.fields, printed.right, printed.auto, printed.silent) == (1, 1.0, 1.0, 1.0)
    assert (penned.fields, penned.right, penned.silent, penned.words) == (1, 0.0, 0.0, None)
    assert {name: f.silent for name, f in figures.fields.items()} == {"number": 0, "signer": 1, "holder": 0}
    assert list(summary([score(entry({}), NOTHING)]).groups) == ["all", "printed", "clean"]


LINE = {"id": "a", "file": "docs/a.pdf", "fields": {"number": "1"}}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "names no document"),
        ("\n \n", "names no document"),
        ("{", "line 1: no JSON"),
        ("[]", "line 1: the line: "),
        (json.dumps(LINE) + "\n" + json.dumps(LINE), "more than once"),
        (json.dumps(LINE) + "\n" + json.dumps({**LINE, "id": "b"}), "a.pdf more than once"),
        (json.dumps({**LINE, "fields": {"number": None}}), "fields.number"),
        (json.dumps({"id": "a", "fields": {}}), "file"),
    ],
)
def test_a_truth_that_is_not_understood_is_refused(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "truth.jsonl").write_text(content, "utf-8")
    with pytest.raises(UsageError, match=message):
        load(tmp_path)


def test_a_folder_without_truth_is_no_corpus(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no corpus"):
        load(tmp_path)
    (tmp_path / "truth.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="is no corpus"):
        load(tmp_path)


def test_readings_are_kept_for_a_few_states_of_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = kept.kept_readings(tmp_path)
    assert kept.kept_readings(tmp_path) == now
    for state in "abcdefg":
        monkeypatch.setattr(kept, "_state", lambda state=state: state)
        kept.kept_readings(tmp_path)
    assert len(list(tmp_path.iterdir())) == 5
    assert not now.exists()


def test_rules_do_not_count_as_code_that_reads_pages() -> None:
    names = {path.name for path in kept._code()}
    assert {"read.py", "clean.py", "page_image.py", "text.py", "text_layer.py"} <= names
    assert not {"header.py", "assess.py", "scoring.py", "archive.py", "alto.py"} & names


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_crop_shows_the_place_on_the_page_as_it_is_read(tmp_path: Path, rotation: int) -> None:
    """A black bar on an upright page, scanned turned: the crop of its box is black all over, but for the frame."""
    upright = Image.new("RGB", (1000, 600), "white")
    upright.paste("black", (300, 200, 700, 260))
    scanned = upright.rotate(rotation, expand=True)
    scan = making.scan_of(making.pdf_of([scanned], tmp_path / "a.pdf"), tmp_path / "in")
    reading = Reading(1, 1000, 600, 200.0, rotation, 0.0, (), Engine("test", "", ""))
    with Pages(scan) as pages:
        crops = Crops(pages, (reading,), tmp_path)
        cut = Image.open(io.BytesIO(crops.around(1, Box(300, 200, 700, 260))))
        head = Image.open(io.BytesIO(crops.head()))
        crops.close()
    assert cut.size == (880, 200)
    inner, outer = cut.convert("L").crop((244, 74, 636, 126)), cut.convert("L").crop((0, 0, 230, 200))
    assert inner.getextrema()[1] < 60
    assert outer.getextrema()[0] > 200
    assert head.size == (720, round(270 * 0.72))
    assert [path.name for path in tmp_path.iterdir() if "crop" in path.name] == []
