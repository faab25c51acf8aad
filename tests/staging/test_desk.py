"""Files that came in: looks, steps, undo and redo; killed, twice and by two at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import catalog
from catalog import events, provenance, scans
from pipeline.records import PageKind
from pipeline.scan_quality import Flaw
from staging import batches, looking, operations, plans, release, thumbnails
from staging.arrangement import Act, Misfit, MisfitError, PageRef, PageState
from staging.models import Look, StagedPage, Step
from staging.records import FaultKind
from tests.pipeline import making
from tests.staging import desk


def test_a_look_tells_kinds_findings_and_makes_small_pictures(box: tuple[int, int, int]) -> None:
    batch, first, _second = box
    kinds = [page.kind for page in operations.plan(batch).pages]
    assert kinds == [PageKind.TEXT, PageKind.TEXT, PageKind.SEPARATOR, PageKind.TEXT, PageKind.TEXT, PageKind.TEXT]
    assert [len(document.pages) for document in operations.plan(batch).documents] == [2, 1, 2]
    told = operations.details(batch, [PageRef(first, 1)])[PageRef(first, 1)]
    assert (told.width, told.height, round(told.dpi)) == (*desk.SIZE, 200)
    assert told.findings == ()
    assert len(told.fingerprint) == 64
    row = scans.rows([first])[first]
    for page in (1, 2, 3, 4):
        assert 0 < thumbnails.path(row.sha256, page).stat().st_size <= thumbnails.MOST_BYTES
    assert looking.waiting() == ()
    assert desk.look() == 0


def test_a_poor_scan_is_told_page_by_page(office: Path, tmp_path: Path) -> None:
    batch = desk.batch(desk.UNIT)
    coarse = making.jpeg(making.printed(size=(827, 1169), points=20), dpi=(100, 100))
    (tmp_path / "mờ.jpg").write_bytes(coarse)
    scan = desk.bring(tmp_path / "mờ.jpg", batch)
    desk.look()
    found = operations.flawed(batch)[PageRef(scan, 1)]
    assert (Flaw.RESOLUTION, 100.0) in found


def test_a_page_that_cannot_be_read_asks_for_a_reason(box: tuple[int, int, int]) -> None:
    batch, first, _second = box
    StagedPage.objects.filter(look_id=first, number=2).update(findings=[["unreadable", 0.0]])
    assert [(f.kind, f.scan, f.page) for f in batches.faults(batch)] == [(FaultKind.POOR_SCAN, first, 2)]
    desk.do(batch, Act.BIN, (first, 2))
    assert batches.faults(batch) == ()


def test_a_look_that_was_killed_goes_on_behind_the_last_page(box: tuple[int, int, int]) -> None:
    batch, first, _second = box
    before = operations.plan(batch)
    StagedPage.objects.filter(look_id=first, number__gt=2).delete()
    Look.objects.filter(pk=first).update(looked=None, worker="dead/run", until=None)
    kept = StagedPage.objects.get(look_id=first, number=2).pk
    assert {page.ref.scan for page in operations.plan(batch).pages} != {first}, "half a look shows nothing of the file"
    assert desk.look() == 1
    assert operations.plan(batch).pages == before.pages
    assert StagedPage.objects.get(look_id=first, number=2).pk == kept


def test_one_look_at_a_time_until_its_claim_runs_out(box: tuple[int, int, int]) -> None:
    _batch, first, _second = box
    Look.objects.filter(pk=first).update(looked=None, attempts=0)
    assert looking.claim(first, "a")
    assert not looking.claim(first, "b")
    assert looking.held() == ((first, "a"),)
    looking.evict(first, "a")
    assert looking.claim(first, "b")


def test_a_file_at_which_looks_die_is_laid_before_a_person(box: tuple[int, int, int]) -> None:
    batch, first, _second = box
    StagedPage.objects.filter(look_id=first).delete()
    Look.objects.filter(pk=first).update(looked=None, until=None, attempts=looking.ATTEMPTS)
    assert desk.look() == 1
    found = operations.flawed(batch)
    assert {ref.page for ref, told in found.items() if told[0][0] is Flaw.UNREADABLE} == {1, 2, 3, 4}
    assert "died" in Look.objects.get(pk=first).fault


def test_steps_are_kept_and_undone_one_after_the_other(box: tuple[int, int, int]) -> None:
    batch, first, second = box
    plain = operations.plan(batch)
    desk.do(batch, Act.ROTATE, (first, 1), degrees=90)
    turned = operations.plan(batch)
    desk.do(batch, Act.JOIN, (second, 1))
    joined = operations.plan(batch)
    assert operations.undo(batch, desk.ACTOR) is Act.JOIN
    assert operations.plan(batch).pages == turned.pages
    assert operations.redo(batch, desk.ACTOR) is Act.JOIN
    assert operations.plan(batch).pages == joined.pages
    assert [operations.undo(batch, desk.ACTOR) for _ in range(3)] == [Act.JOIN, Act.ROTATE, None]
    assert operations.plan(batch).pages == plain.pages
    now = operations.desk(batch)
    assert (now.undoable, now.redoable) == (None, Act.ROTATE)
    desk.do(batch, Act.SPLIT, (second, 2))
    assert operations.redo(batch, desk.ACTOR) is None, "what was undone is gone once something else is done"
    assert operations.desk(batch).undoable is Act.SPLIT
    assert events.verify(desk.UNIT).sound


def test_what_was_thrown_away_is_not_done_again(box: tuple[int, int, int]) -> None:
    batch, first, second = box
    desk.do(batch, Act.ROTATE, (first, 1), degrees=90)
    desk.do(batch, Act.BIN, (first, 2))
    operations.undo(batch, desk.ACTOR)
    desk.do(batch, Act.JOIN, (second, 1))
    joined = operations.plan(batch)
    operations.undo(batch, desk.ACTOR)
    assert operations.desk(batch).redoable is Act.JOIN
    assert operations.redo(batch, desk.ACTOR) is Act.JOIN
    assert operations.plan(batch).pages == joined.pages
    assert operations.redo(batch, desk.ACTOR) is None


def test_what_no_longer_fits_is_not_done_again(box: tuple[int, int, int]) -> None:
    batch, first, _second = box
    desk.do(batch, Act.ROTATE, (first, 1), degrees=90)
    operations.undo(batch, desk.ACTOR)
    Look.objects.filter(pk=first).update(signed=True)
    with pytest.raises(MisfitError) as error:
        operations.redo(batch, desk.ACTOR)
    assert error.value.misfit is Misfit.SIGNED
    assert operations.desk(batch).undoable is None


def test_plans_at_hand_are_those_of_the_database(box: tuple[int, int, int]) -> None:
    """Whatever was remembered of earlier steps, the plan is that of all steps."""
    batch, first, second = box
    desk.do(batch, Act.ROTATE, (first, 1), degrees=90)
    operations.undo(batch, desk.ACTOR)
    operations.plan(batch)
    operations.redo(batch, desk.ACTOR)
    desk.do(batch, Act.ROTATE, (second, 1), degrees=90)
    operations.undo(batch, desk.ACTOR)
    seen = operations.plan(batch)
    plans.remembered.forget()
    assert operations.plan(batch).pages == seen.pages
    assert seen.page(PageRef(first, 1)).rotation == 90


def between(monkeypatch: pytest.MonkeyPatch, place: object, name: str, others: Callable[[], object]) -> None:
    """Others do something right behind the next call of a function."""
    called = getattr(place, name)

    def hook(*arguments: object) -> object:
        found = called(*arguments)
        monkeypatch.undo()
        others()
        return found

    monkeypatch.setattr(place, name, hook)


def test_a_step_of_others_while_a_plan_is_made_is_done_once(
    box: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, first, second = box
    desk.do(batch, Act.ROTATE, (second, 1), degrees=90)
    operations.plan(batch)
    desk.do(batch, Act.ROTATE, (second, 2), degrees=90)
    between(monkeypatch, plans.remembered, "get", lambda: desk.do(batch, Act.ROTATE, (first, 1), degrees=90))
    operations.plan(batch)
    assert operations.plan(batch).page(PageRef(first, 1)).rotation == 90


def test_a_newer_plan_of_others_is_not_taken_for_an_older_one(
    box: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, first, _second = box

    def others() -> None:
        desk.do(batch, Act.ROTATE, (first, 1), degrees=90)
        operations.plan(batch)

    between(monkeypatch, plans, "_stamp", others)
    operations.plan(batch)
    assert operations.plan(batch).page(PageRef(first, 1)).rotation == 90


def test_an_undo_of_others_while_a_plan_is_made_is_not_remembered_as_none(
    box: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, first, _second = box
    desk.do(batch, Act.ROTATE, (first, 1), degrees=90)
    plans.remembered.forget()
    between(monkeypatch, plans.remembered, "get", lambda: Step.objects.update(undone=True))
    operations.plan(batch)
    Step.objects.update(undone=False)
    assert operations.plan(batch).page(PageRef(first, 1)).rotation == 90


def test_what_does_not_fit_is_refused_and_leaves_no_step(box: tuple[int, int, int]) -> None:
    batch, first, _second = box
    with pytest.raises(MisfitError):
        desk.do(batch, Act.SPLIT, (first, 1))
    with pytest.raises(MisfitError):
        desk.do(batch, Act.ROTATE, (first + 1000, 1), degrees=90)
    assert operations.desk(batch).undoable is None


def test_two_people_at_once_lose_no_step(box: tuple[int, int, int]) -> None:
    batch, first, second = box

    def turn(page: tuple[int, int]) -> None:
        try:
            desk.do(batch, Act.ROTATE, page, degrees=90)
        finally:
            catalog.close()

    pages = [(first, 1), (first, 2), (first, 4), (second, 1), (second, 2)] * 2
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(turn, pages))
    assert {operations.plan(batch).page(PageRef(*page)).rotation for page in pages} == {180}


def test_a_page_scanned_again_replaces_the_old_one_which_is_kept(box: tuple[int, int, int], tmp_path: Path) -> None:
    batch, first, _second = box
    desk.do(batch, Act.ASK_RESCAN, (first, 2))
    newer = desk.bring(desk.stack(tmp_path / "quét lại.pdf", "t"), batch)
    operations.rescan(batch, PageRef(first, 2), PageRef(newer, 1), desk.ACTOR)
    assert operations.plan(batch).page(PageRef(first, 2)).state is PageState.AWAITING_RESCAN
    desk.look()
    old = operations.plan(batch).page(PageRef(first, 2))
    assert (old.state, old.replaced_by) == (PageState.REPLACED, PageRef(newer, 1))
    batches.close(batch, desk.ACTOR)
    made = release.release(batch, desk.store())
    assert [(s.scan, s.source_page) for s in provenance.sources(made.derived[0])] == [(first, 1), (newer, 1)]
    assert set(made.arranged) == {first, newer}
    assert scans.rows([first])[first].key, "the bytes of the old page are kept"


def test_thumbnails_that_are_gone_are_made_again(box: tuple[int, int, int], tmp_path: Path) -> None:
    from pipeline.pages import Pages

    _batch, first, _second = box
    row = scans.rows([first])[first]
    path = thumbnails.path(row.sha256, 1)
    data = path.read_bytes()
    path.unlink()
    desk.store().fetch(row.key, tmp_path / "copy")
    with Pages(looking._scan(row, tmp_path / "copy")) as pages:
        assert thumbnails.make(pages, 1).read_bytes() == data


def test_nothing_is_looked_at_after_the_word_to_stop(office: Path, tmp_path: Path) -> None:
    batch = desk.batch(desk.UNIT)
    desk.bring(desk.stack(tmp_path / "a.pdf", "t"), batch)
    stop = threading.Event()
    stop.set()
    assert looking.work_off(stop, desk.store(), "here/test") == 0
    assert len(looking.waiting()) == 1
