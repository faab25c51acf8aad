"""A folder with its index comes in as a batch: whole, once, and with what could not be understood said."""

from __future__ import annotations

from pathlib import Path

import pytest

from bought_in import deliveries, index, mappings, taking
from bought_in.records import Outcome, Trouble
from bought_in.taking import Checked, Order, Taken
from catalog import events, scans
from core.errors import NotFoundError, UsageError
from pipeline.records import MediaType
from staging import arrivals, batches
from staging.records import NewBatch
from staging.states import Way
from tests.bought_in.support import ROWS, UNIT, batch_id, folder
from tests.catalog.support import at_once, queries
from tests.spreadsheets import making

NAME = "Công ty Số hóa A"


def checked(delivered: Path, said: dict[str, str] | None = None) -> Checked:
    path = delivered / "muc luc.xlsx"
    found = index.look(path, path.name, mappings.saved(UNIT, NAME), said)
    return taking.check(found, list(taking.files_below(delivered, path)))


def take(delivered: Path, batch: str = "đợt 7") -> Taken:
    files = taking.files_below(delivered, delivered / "muc luc.xlsx")
    return taking.take_folder(checked(delivered), files, Order(NewBatch(UNIT, batch), NAME), "van.thu")


def test_a_dry_run_tells_all_and_writes_nothing(delivered: Path) -> None:
    before = events.heads()
    found = checked(delivered)
    assert found.index.letters == {
        "B": "number",
        "C": "issue_date",
        "D": "holder",
        "E": "file",
        "F": "box",
        "G": "position",
    }
    assert [(pair.line, pair.file) for pair in found.matched.pairs] == [
        (4, "hop1/577.pdf"),
        (5, "hop1/578.pdf"),
        (7, "hop2/giấy phép 580-GPXD.pdf"),
    ]
    assert found.matched.lines_alone == (6,)
    assert found.matched.files_alone == ("hop2/thừa.pdf",)
    (line,) = found.troubled
    assert (line.number, line.problems[0].raw, line.problems[0].trouble) == (6, "30/2/2019", Trouble.DATE)
    assert found.lines[1].values["issue_date"] == "2019-03-06"
    assert found.lines[1].doubtful == ("issue_date",)
    assert events.heads() == before


def test_taking_brings_every_file_into_one_batch(delivered: Path) -> None:
    taken = take(delivered)
    assert (taken.files, taken.new, taken.elsewhere, taken.refused) == (4, 4, (), ())
    home = batches.show(taken.batch)
    assert (home.name, home.files) == ("đợt 7", 4)
    row = deliveries.show(taken.delivery)
    assert (row.lines, row.outcomes) == (4, {Outcome.WAITING: 3, Outcome.NO_FILE: 1})
    assert deliveries.files_alone(taken.delivery) == (("thừa.pdf",), 1)
    assert deliveries.of_batch(taken.batch) == row
    assert deliveries.troubled(taken.delivery) == 1
    kinds = [event.kind for event in events.listing(UNIT)]
    assert kinds[0] == "batch.indexed"
    assert "Hòa" not in str([event.data for event in events.listing(UNIT)])


def test_taking_twice_is_taking_once(delivered: Path) -> None:
    first, second = take(delivered), take(delivered)
    assert (second.delivery, second.batch, second.new, second.files) == (first.delivery, first.batch, 0, 4)
    assert deliveries.show(first.delivery).lines == 4
    assert len(scans.of_batch(first.batch)) == 4


def test_two_who_take_the_same_folder_at_once_take_it_once(delivered: Path) -> None:
    found = at_once(2, lambda _n: take(delivered))
    assert found[0].batch == found[1].batch
    assert sum(one.new for one in found) == 4
    assert deliveries.show(found[0].delivery).lines == 4


def test_files_that_the_unit_had_elsewhere_stay_there(delivered: Path) -> None:
    other = batches.open_batch(NewBatch(UNIT, "trước"), "van.thu")
    arrivals.accept(delivered / "hop1/577.pdf", "x.pdf", other, "van.thu", Way.COMMAND)
    taken = take(delivered)
    assert taken.elsewhere == ("hop1/577.pdf",)
    assert deliveries.show(taken.delivery).outcomes[Outcome.ELSEWHERE] == 1


def test_what_the_door_refuses_is_told_and_the_rest_comes_in(delivered: Path) -> None:
    (delivered / "hop1" / "578.pdf").write_bytes(b"")
    taken = take(delivered)
    assert [name for name, _why in taken.refused] == ["hop1/578.pdf"]
    assert taken.files == 3
    assert deliveries.show(taken.delivery).outcomes[Outcome.NO_FILE] == 2


def test_what_columns_mean_is_remembered_for_the_contractor(delivered: Path) -> None:
    said = checked(delivered, {"D": "signer", "F": ""})
    batch = batches.open_batch(NewBatch(UNIT, "khác"), "van.thu")
    taking.attach(said, {}, batch, NAME, "van.thu")
    again = checked(delivered).index
    assert again.letters["D"] == "signer"
    assert "F" not in again.letters
    assert again.why[3] == "saved"
    assert mappings.saved(UNIT, "Ai khác") == {}
    assert mappings.contractors(UNIT) == (NAME,)


def test_columns_that_cannot_be_are_refused(delivered: Path) -> None:
    for said in ({"ZZ": "number"}, {"A": "nonsense"}):
        with pytest.raises(UsageError):
            checked(delivered, said)
    with pytest.raises(UsageError, match="who made the index"):
        mappings.contractor("  ")


def test_an_index_can_be_put_beside_a_batch_that_is_there(delivered: Path) -> None:
    batch = batches.open_batch(NewBatch(UNIT, "tải lên"), "van.thu")
    for name in ("577.pdf", "578.pdf"):
        arrivals.accept(delivered / "hop1" / name, name, batch, "van.thu", Way.UPLOAD)
    where = taking.names_of_batch(batch)
    path = delivered / "muc luc.xlsx"
    found = taking.check(index.look(path, path.name, {}), list(where))
    delivery = taking.attach(found, where, batch, NAME, "van.thu")
    assert deliveries.show(delivery).outcomes == {Outcome.WAITING: 2, Outcome.NO_FILE: 2}


def test_a_mended_index_takes_the_place_of_the_first(delivered: Path) -> None:
    first = take(delivered)
    making.xlsx(delivered / "muc luc.xlsx", [("Số", "Tên file"), ("577/GPXD", "577.pdf")])
    second = take(delivered)
    assert second.delivery == first.delivery
    assert [line.number for line in deliveries.lines(first.delivery).rows] == [2]


def test_links_and_hidden_files_are_not_taken(delivered: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.pdf"
    secret.write_bytes((delivered / "hop1/577.pdf").read_bytes())
    (delivered / "link.pdf").symlink_to(secret)
    (delivered / ".hidden.pdf").write_bytes(b"x")
    (delivered / "~$muc luc.pdf").write_bytes(b"x")
    assert len(taking.files_below(delivered, delivered / "muc luc.xlsx")) == 4


def test_lists_ask_as_often_for_many_rows_as_for_few(database: str, tmp_path: Path) -> None:
    from tests.bought_in.support import unit

    unit()
    rows = [(n, f"{n}/GPXD", "5/3/2019", "A", f"{n}.pdf", "", "") for n in range(1, 121)]
    taken = take(folder(tmp_path / "a", [*ROWS, *rows]))
    with queries(3):
        deliveries.listing([UNIT])
    with queries(2):
        page = deliveries.lines(taken.delivery, page=99)
    assert (page.page, page.pages, len(page.rows)) == (3, 3, 24)
    assert deliveries.lines(taken.delivery, [Outcome.WAITING]).total == 3
    assert deliveries.listing(["H1"]) == ()
    with pytest.raises(NotFoundError):
        deliveries.show(10**9)


def test_the_index_is_kept_as_it_came(delivered: Path) -> None:
    import storage
    from bought_in.models import Delivery
    from core.settings import settings

    take(delivered)
    row = Delivery.objects.get()
    with storage.open_store(settings().storage).open(row.index_key) as kept:
        assert kept.read() == (delivered / "muc luc.xlsx").read_bytes()
    assert MediaType.PDF.value not in row.index_key
    assert batch_id("đợt 7") == row.batch_id


def test_no_position_is_taken_that_a_box_cannot_have(delivered: Path) -> None:
    rows = [(*ROWS[0][:-1], 1_000_000), (*ROWS[1][:-1], 999_999)]
    folder(delivered, rows)
    first, second = checked(delivered).lines
    assert "position" not in first.values
    assert [(p.name, p.raw, p.trouble) for p in first.problems] == [("position", "1000000", Trouble.OTHER)]
    assert second.values["position"] == "999999"
