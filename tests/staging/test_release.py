"""From a closed batch to scans that are read: released, killed half-way, twice; what stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog import events, provenance, scans
from core.errors import RefusedError
from pipeline import assemble
from pipeline.records import PageKind
from staging import batches, looking, operations, release
from staging.arrangement import Act, MisfitError, PageRef
from staging.refusals import BatchError
from staging.states import BatchState
from tests.pipeline import making
from tests.staging import desk


def test_an_untouched_file_goes_on_as_it_is_and_a_touched_one_as_documents(box: tuple[int, int, int]) -> None:
    batch, first, second = box
    desk.do(batch, Act.ROTATE, (first, 4), degrees=180)
    batches.close(batch, desk.ACTOR)
    made = release.release(batch, desk.store())
    assert made.as_they_were == (second,)
    assert made.arranged == (first,)
    assert len(made.derived) == 2
    assert desk.states(batch) == {
        "hộp 1a.pdf": "arranged",
        "hộp 1b.pdf": "stored",
        "hộp 1a.pdf [1, 2]": "stored",
        "hộp 1a.pdf [4]": "stored",
    }
    told = provenance.sources(made.derived[1])
    assert [(s.scan, s.source_page, s.rotation) for s in told] == [(first, 4, 180)]
    assert [(o.name, o.pages) for o in provenance.origins(made.derived[0])] == [("hộp 1a.pdf", (1, 2))]
    assert provenance.derived_from(first) == made.derived
    assert provenance.sources(second) == ()
    assert batches.show(batch).state is BatchState.HANDED_ON
    assert {scan.id for scan in release.waiting()} == {second, *made.derived}
    assert events.verify(desk.UNIT).sound


def test_released_twice_or_killed_half_way_comes_to_the_same(
    box: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, first, second = box
    desk.do(batch, Act.JOIN, (second, 1))
    desk.do(batch, Act.SPLIT, (first, 2))
    batches.close(batch, desk.ACTOR)
    store, kept = desk.store(), release._keep
    calls = iter(range(100))

    def dying(*arguments: object) -> int:
        if next(calls) == 1:
            raise KeyboardInterrupt
        return kept(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(release, "_keep", dying)
    with pytest.raises(KeyboardInterrupt):
        release.release(batch, store)
    assert batches.show(batch).state is BatchState.CLOSED
    with pytest.raises(BatchError):
        batches.reopen(batch, desk.ACTOR)
    monkeypatch.undo()
    made = release.release(batch, store)
    assert len(made.derived) == 3 and set(made.arranged) == {first, second}
    before = desk.states(batch)
    assert release.release(batch, store).derived == ()
    assert desk.states(batch) == before


def test_a_batch_opened_again_takes_pages_again_until_something_went_on(box: tuple[int, int, int]) -> None:
    batch, first, _second = box
    batches.close(batch, desk.ACTOR)
    with pytest.raises(BatchError):
        desk.do(batch, Act.ROTATE, (first, 1), degrees=90)
    batches.reopen(batch, desk.ACTOR)
    with pytest.raises(BatchError):
        release.release(batch, desk.store())
    desk.do(batch, Act.ROTATE, (first, 1), degrees=90)
    batches.close(batch, desk.ACTOR)
    release.release(batch, desk.store())
    with pytest.raises(BatchError):
        batches.reopen(batch, desk.ACTOR)


@pytest.mark.parametrize("place", ["_hand_on", "_keep", "_arrange"])
def test_nothing_goes_on_by_a_plan_from_before_the_batch_was_opened_again(
    box: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    batch, first, second = box
    if place == "_arrange":
        desk.do(batch, Act.BIN, (second, 1), (second, 2))
        desk.do(batch, Act.BIN, (first, 1), (first, 2), (first, 4))
    elif place == "_keep":
        desk.do(batch, Act.JOIN, (second, 1))
    batches.close(batch, desk.ACTOR, "một trang hỏng")
    called = getattr(release, place)

    def slow(*arguments: object) -> object:
        """Somebody changes the batch first."""
        monkeypatch.undo()
        batches.reopen(batch, desk.ACTOR)
        act = (Act.RESTORE, (second, 1)) if place == "_arrange" else (Act.ROTATE, (first, 1))
        desk.do(batch, *act, degrees=90)
        batches.close(batch, desk.ACTOR, "một trang hỏng")
        return called(*arguments)

    monkeypatch.setattr(release, place, slow)
    with pytest.raises(BatchError):
        release.release(batch, desk.store())
    assert set(desk.states(batch).values()) == {"staged"}
    made = release.release(batch, desk.store())
    told = [source for id in made.derived for source in provenance.sources(id)]
    if place == "_arrange":
        assert [(s.scan, s.source_page) for s in told] == [(second, 1)]
    else:
        assert [(s.scan, s.source_page) for s in told if s.rotation == 90] == [(first, 1)]


def test_pages_come_out_of_the_bin_after_the_batch_went_on_only(box: tuple[int, int, int]) -> None:
    batch, _first, second = box
    desk.do(batch, Act.BIN, (second, 2))
    page = [PageRef(second, 2)]
    with pytest.raises(BatchError):
        release.take_out(batch, page, desk.store(), desk.ACTOR)
    batches.close(batch, desk.ACTOR)
    with pytest.raises(BatchError):
        release.take_out(batch, page, desk.store(), desk.ACTOR)
    assert len(desk.states(batch)) == 2
    release.release(batch, desk.store())
    assert release.take_out(batch, page, desk.store(), desk.ACTOR)


def test_a_file_whose_pages_are_all_in_the_bin_is_kept_and_not_read(box: tuple[int, int, int]) -> None:
    batch, first, second = box
    desk.do(batch, Act.BIN, (second, 1), (second, 2))
    assert set(operations.binned_since(batch)) == {PageRef(second, 1), PageRef(second, 2)}
    batches.close(batch, desk.ACTOR)
    made = release.release(batch, desk.store())
    assert (made.as_they_were, made.derived, made.arranged) == ((first,), (), (second,))
    out = release.take_out(batch, [PageRef(second, 2)], desk.store(), desk.ACTOR)
    assert desk.states(batch)["hộp 1b.pdf [2]"] == "stored"
    assert [(s.scan, s.source_page) for s in provenance.sources(out)] == [(second, 2)]
    assert release.take_out(batch, [PageRef(second, 2)], desk.store(), desk.ACTOR) == out
    with pytest.raises(MisfitError):
        release.take_out(batch, [PageRef(first, 1)], desk.store(), desk.ACTOR)


def test_a_page_comes_out_of_the_bin_once(office: Path, tmp_path: Path) -> None:
    """In two documents it would be two results."""
    batch = desk.batch(desk.UNIT)
    scan = desk.bring(desk.stack(tmp_path / "hộp.pdf", "ttt-t"), batch)
    desk.look()
    desk.do(batch, Act.BIN, *((scan, page) for page in (2, 3, 4)))
    batches.close(batch, desk.ACTOR)
    release.release(batch, desk.store())
    second, third, sheet = (PageRef(scan, page) for page in (2, 3, 4))
    with pytest.raises(MisfitError):
        release.take_out(batch, [sheet], desk.store(), desk.ACTOR)
    out = release.take_out(batch, [second, sheet], desk.store(), desk.ACTOR)
    assert release.taken_out(batch) == {second: out}, "the sheet is not read"
    before = desk.states(batch)
    with pytest.raises(MisfitError):
        release.take_out(batch, [second, third], desk.store(), desk.ACTOR)
    assert desk.states(batch) == before
    assert release.take_out(batch, [third], desk.store(), desk.ACTOR) != out


def test_what_people_said_of_a_page_is_told_to_the_reader(box: tuple[int, int, int]) -> None:
    batch, first, _second = box
    desk.do(batch, Act.MARK, (first, 2), kind=PageKind.BLANK)
    batches.close(batch, desk.ACTOR)
    derived = release.release(batch, desk.store()).derived[0]
    assert provenance.stated_kinds(derived) == {1: PageKind.TEXT, 2: PageKind.BLANK}


def test_what_is_put_together_can_be_made_again_from_what_is_kept(box: tuple[int, int, int], tmp_path: Path) -> None:
    batch, first, second = box
    desk.do(batch, Act.MOVE, (second, 2), to=PageRef(first, 1))
    batches.close(batch, desk.ACTOR)
    store = desk.store()
    made = release.release(batch, store)
    rows = scans.rows([first, second, *made.derived])
    for id in made.derived:
        parts = []
        for source in provenance.sources(id):
            path = tmp_path / f"{source.scan}"
            store.fetch(rows[source.scan].key, path)
            parts.append(assemble.Part(looking._scan(rows[source.scan], path), source.source_page, source.rotation))
        again = assemble.write(parts, tmp_path / "again.pdf", "again")
        assert again.sha256 == rows[id].sha256


def test_a_page_that_cannot_be_read_leaves_the_batch_as_it_is(
    box: tuple[int, int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is found before anything goes on: the batch can be opened again, and goes on without that page."""
    batch, first, _second = box
    making.printed().save(tmp_path / "lớn.tif", dpi=(200, 200))
    large = desk.bring(tmp_path / "lớn.tif", batch)
    desk.look()
    desk.do(batch, Act.ROTATE, (first, 4), degrees=180)
    desk.do(batch, Act.ROTATE, (large, 1), degrees=180)
    batches.close(batch, desk.ACTOR)
    before = desk.states(batch)
    store, key = desk.store(), scans.rows([large])[large].key
    fetch = store.fetch

    def damaging(wanted: str, to: Path) -> None:
        """The copy of one file is spoilt on the disk."""
        fetch(wanted, to)
        if wanted == key:
            to.write_bytes(to.read_bytes()[:1000])

    monkeypatch.setattr(store, "fetch", damaging)
    with pytest.raises(RefusedError, match="page 1 cannot be read"):
        release.release(batch, store)
    assert desk.states(batch) == before
    batches.reopen(batch, desk.ACTOR)
    desk.do(batch, Act.BIN, (large, 1))
    batches.close(batch, desk.ACTOR)
    assert release.release(batch, desk.store()).arranged == (first, large)
