"""From a proposal to bytes that are gone: what is erased, what stays, and what prevents it."""

from __future__ import annotations

import signal
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps

from catalog import batches, decisions, events, graves, outbox, persons, results, scans
from catalog.life import Decision
from catalog.models import Event
from catalog.refusals import DisposedError
from core.errors import UsageError
from pipeline.records import SplitRule
from preservation.retention import disposals, executing, holds, ledger, objects
from preservation.retention.states import ItemState, Kept, Stage
from tests.catalog.support import run_python, scan
from tests.preservation.retention import support
from tests.preservation.retention.support import EVERYTHING, decided

PERSONAL = ("Nguyễn Thị Hòa", "087185001234", "577/GPXD")


@pytest.fixture
def place(database: str, tmp_path: Path) -> Path:
    support.organisation()
    return tmp_path


def _everything_kept(*without: str) -> str:
    """All that the database holds, as text."""
    found = []
    for model in apps.get_models():
        if model._meta.app_label in without or model is Event:
            continue
        found += [repr(row) for row in model.objects.values_list()]  # type: ignore[attr-defined]
    return "\n".join(found)


def test_a_disposed_result_leaves_no_personal_data_and_no_object_but_a_row_that_says_so(place: Path) -> None:
    store = support.store_at(place)
    (id,) = support.result(store, place)
    shown = results.show(id)
    decisions.correct(
        id, {"holder": "Nguyễn Thị Hòa B"}, Decision("1/QĐ", date(2020, 1, 1), "Nguyễn Thị Hòa xin"), "an"
    )
    number = decided([id])
    assert any(word in _everything_kept() for word in PERSONAL)

    assert executing.execute(number, "may").finished
    swept = objects.sweep([store])

    assert swept.erased == 3 and not list(store.keys())
    assert not [word for word in PERSONAL if word in _everything_kept()]
    grave = graves.find(id)
    assert (grave.number, grave.signer, grave.archive_sha256) == ("12/QĐ-UBND", "Trần Văn Bình", shown.archive.sha256)
    assert not grave.original_kept
    with pytest.raises(DisposedError):
        results.show(id)
    with pytest.raises(DisposedError):
        decisions.confirm(id, ["holder"], "an")
    assert persons.results_of(["087185001234"]) == ()
    assert not outbox.search_documents([id]) and id in outbox.disposed_among([id])
    (told,) = [event for event in events.listing("H61.12") if event.kind == "result.disposed"]
    assert told.data["archive"] == shown.archive.sha256 and not [w for w in PERSONAL if w in str(told.data)]
    assert events.verify("H61.12").sound
    assert disposals.find(number).stage is Stage.DONE


def test_executing_again_and_two_at_once_change_nothing(place: Path) -> None:
    store = support.store_at(place)
    (id,) = support.result(store, place)
    number = decided([id])
    executing.execute(number, "may")
    before = _everything_kept()
    assert executing.execute(number, "may").disposed == 1
    assert _everything_kept() == before


def test_a_file_that_others_stand_in_stays_until_the_last_of_them_goes(place: Path) -> None:
    store = support.store_at(place)
    first, second = support.result(store, place, count=2)
    original = results.show(first).original.key
    executing.execute(decided([first]), "may")
    objects.sweep([store])
    assert store.exists(original) and graves.find(first).original_kept
    assert not results.file_settled(second)  # nobody gets the file any more: the erased pages are in it
    assert results.show(second).values["holder"] == "Nguyễn Thị Hòa"
    executing.execute(decided([second]), "may")
    objects.sweep([store])
    assert not store.exists(original) and not graves.find(first).original_kept


def test_the_same_bytes_of_another_unit_stay(place: Path) -> None:
    store = support.store_at(place)
    (here,) = support.result(store, place, content=b"%PDF same")
    (there,) = support.result(store, place, unit="H99", content=b"%PDF same")
    executing.execute(decided([here]), "may")
    assert objects.sweep([store]).named == 3
    kept = results.show(there)
    assert all(store.exists(one.key) for one in (kept.original, kept.archive, kept.words) if one)


def test_bytes_that_come_in_again_meanwhile_stay(place: Path) -> None:
    store = support.store_at(place)
    (id,) = support.result(store, place, content=b"%PDF same")
    executing.execute(decided([id]), "may")
    batch = batches.open_batch("H99", None, "mới")
    scans.receive(scan("b.pdf", b"%PDF same"), batch, SplitRule.SEPARATOR)
    waiting = graves.waiting()
    fates = {one.key[-64:]: graves.erase_object(one.id, store.remove) for one in waiting}
    assert sorted(fates.values()) == ["at_work", "at_work", "named"]  # its archive file may be on its way, too
    assert len(list(store.keys())) == 3


def test_a_hold_placed_during_the_waiting_time_wins(place: Path) -> None:
    store = support.store_at(place)
    (id,) = support.result(store, place)
    number = decided([id])
    hold = holds.place("H61", [id], "vụ án số 5", "chi.le")
    assert executing.execute(number, "may").kept == 1
    assert results.show(id).values["holder"] and disposals.items(number, None)[0].kept is Kept.HELD
    with pytest.raises(UsageError, match="hold"):
        disposals.propose_these("H61.12", [id], EVERYTHING, "an.nguyen", "hồ sơ")
    holds.lift(hold.id, "vụ án đã xong", "chi.le")
    assert executing.execute(decided([id]), "may").disposed == 1


def test_what_was_changed_or_used_since_it_was_listed_is_kept(place: Path) -> None:
    store = support.store_at(place)
    changed, used = support.result(store, place, count=2)
    number = decided([changed, used])
    decisions.correct(changed, {"issue_date": "2019-03-05"}, Decision("1/QĐ", date(2020, 1, 1), "ghi sai"), "an")
    use(used)
    executing.execute(number, "may")
    assert [item.kept for item in disposals.items(number, None)] == [Kept.CHANGED, Kept.USED]


def test_a_used_result_keeps_its_entry_in_the_ledger_of_reuse(place: Path) -> None:
    from reuse import entries

    store = support.store_at(place)
    (id,) = support.result(store, place)
    entry = use(id)
    executing.execute(decided([id]), "may")
    assert entries.entry(entry).result == id and not entries.entry(entry).undone


def test_two_people_and_a_waiting_time_stand_before_execution(place: Path) -> None:
    store = support.store_at(place)
    (id,) = support.result(store, place)
    made = disposals.propose_these("H61.12", [id], EVERYTHING, "an.nguyen", "hồ sơ")
    order = disposals.Decision("12/QĐ", date(2026, 1, 2), "Bình")
    with pytest.raises(disposals.StageError):
        executing.execute(made.id, "may")
    with pytest.raises(disposals.SamePersonError):
        disposals.decide(made.id, order, "An.Nguyen")
    with pytest.raises(UsageError, match="another list"):
        disposals.propose_these("H61", [id], EVERYTHING, "chi.le", "hồ sơ")
    disposals.decide(made.id, order, "binh.tran")
    with pytest.raises(disposals.StageError, match="waits"):
        executing.execute(made.id, "may")
    disposals.withdraw(made.id, "chi.le", "còn cần")
    support.over(made.id)
    with pytest.raises(disposals.StageError):
        executing.execute(made.id, "may")
    assert disposals.verify(made.id) and disposals.items(made.id, None)[0].state is ItemState.DROPPED
    assert results.show(id).values["holder"]


def test_results_of_a_foreign_unit_and_secret_ones_are_not_there(place: Path) -> None:
    store = support.store_at(place)
    (foreign,) = support.result(store, place, unit="H99")
    (secret,) = support.result(store, place, "b", document_type="Phiếu lý lịch tư pháp")
    for id in (foreign, secret, 10_000):
        with pytest.raises(UsageError, match="there is no result"):
            disposals.propose_these("H61", [id], EVERYTHING, "an.nguyen", "hồ sơ")
    with pytest.raises(UsageError, match="there is no result"):
        holds.place("H61", [foreign], "vụ án", "an.nguyen")


@pytest.mark.parametrize("at", ["rows", "objects"])
def test_a_run_that_is_killed_goes_on_where_it_stopped(place: Path, at: str) -> None:
    store = support.store_at(place)
    ids = [support.result(store, place, f"{n}")[0] for n in range(4)]
    number = decided(ids)
    # The process kills itself inside of the third step, with the transaction open and, of objects, the bytes gone.
    killed = run_python(
        f"""
import catalog, os, signal
catalog.setup()
from pathlib import Path
from catalog import disposal, graves
from preservation.retention import executing, objects
from storage import open_store
store, at = open_store({str((place / "objects").as_uri())!r}), {at!r}
left = [3]
def count():
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
if at == "rows":
    disposal.when_erased(lambda results, scans: count())
else:
    real = store.remove
    store.remove = lambda key: (real(key), count())
executing.execute({number}, "may")
objects.sweep([store])
"""
    )
    _out, error = killed.communicate(timeout=60)
    assert killed.returncode == -signal.SIGKILL, error
    kept = {one.key for id in ids if (one := _archive(id))}
    assert kept <= set(store.keys())  # no row names what is gone
    assert len(kept) == (2 if at == "rows" else 0)
    executing.execute(number, "may")
    swept = objects.sweep([store])
    assert not list(store.keys()) and not graves.waiting() and not swept.locked
    assert disposals.find(number).stage is Stage.DONE and events.verify("H61.12").sound


def test_results_that_a_restored_backup_brings_back_are_disposed_of_again(place: Path, home: Path) -> None:
    store = support.store_at(place)
    (id,) = support.result(store, place)
    content = {key: store.read_range(key, 0, 1000) for key in list(store.keys())}
    executing.execute(decided([id]), "may")
    objects.sweep([store])
    assert ledger.write() == 1
    assert not [word for word in PERSONAL if word in ledger.path().read_text("utf-8")]

    for data in content.values():  # objects of an old backup are back, the catalog is the present one
        support.put(store, place, data)
    assert objects.bring_back_none([store]) == 3
    assert objects.sweep([store]).erased == 3 and not list(store.keys())

    (again,) = support.result(store, place, "x", unit="H61.13")  # as in an older catalog: the decision is not known
    line = ledger.path().read_text("utf-8").replace('"H61.12"', '"H61.13"')
    line = line.replace(graves.find(id).scan_sha256, results.show(again).original.sha256)
    old = place / "old.jsonl"
    old.write_text(line, "utf-8")
    assert ledger.reapply(old, "may").again == 1
    assert ledger.reapply(old, "may").again == 0
    assert graves.find(again).number == "12/QĐ-UBND"
    with pytest.raises(UsageError, match="no ledger"):
        old.write_text('{"a": 1}\n', "utf-8")
        ledger.reapply(old, "may")


def _archive(id: int) -> object:
    try:
        return results.show(id).archive
    except DisposedError:
        return None


def use(id: int) -> int:
    from catalog import dossiers
    from reuse import ledger as reuse_ledger
    from reuse.records import Person

    wish = reuse_ledger.Wish(
        id, f"H61.12-{dossiers.local_day():%y%m%d}-0001", "H61.12", Person("Nguyễn Thị Hòa"), reason="đã đối chiếu"
    )
    return reuse_ledger.use(wish, "an").id
