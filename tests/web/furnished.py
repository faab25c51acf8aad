"""An installation with one of everything that a page is about, and the addresses of all pages."""

from __future__ import annotations

import shutil
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.bought_in.support import HEADER, ROWS
from tests.catalog.test_fingerprints import HOA
from tests.cli.support import pages_of
from tests.flows.support import tiff
from tests.spreadsheets import making
from tests.staging.support import pdf
from tests.web import kept_results, library, unsure_results
from tests.web.browsing import PASSWORD

UNIT = "H61.12"


@dataclass(frozen=True)
class Things:
    """Numbers of what is there; all of it belongs to `UNIT`."""

    result: int
    record: int
    """A confidential result, which nobody has opened."""
    change: int
    delivery: int
    reuse: int
    copy: int
    box: int
    putting: int
    loan: int
    batch: int
    scan: int
    upload: int
    bought_in: int
    register_line: int
    register_import: int
    job: str
    """A register that was sent in and is not taken yet."""
    check: str
    """Path of the page that asks whether an index is understood."""
    intake: int
    pair: int
    doubtful: int
    """A result that is to be checked."""
    unsure: int
    """A result of which several lines of a register could be the one."""
    token: int
    webhook: int
    secret: str
    """Of the token."""
    person: int
    membership: int
    procedure: str
    """Code of a procedure."""
    target: int
    report: int
    mailing: int
    period: int
    """A period of retention."""
    hold: int
    disposal: int
    """Proposed, by nobody who has a test of their own."""


def furnish(folder: Path) -> Things:
    """Make one of everything."""
    result = library.put(replace(library.PERMIT, review=()), folder / "permit")
    record = library.put(library.RECORD, folder / "record")
    things = more(result, record, folder, 0)
    _counted()
    return things


def _counted() -> None:
    """A result that is missing, and a night that was counted."""
    from catalog.values import today
    from quotas import figures, snapshots
    from tests.quotas import rows

    rows.line(UNIT, date(2019, 3, 5))
    snapshots.take(today(), "quan.tri")
    figures.take(today())


def more(result: int, record: int, folder: Path, number: int) -> Things:
    """Make one more of everything that hangs on a result or stands in a list; another `number` each time."""
    from accounts import people

    name = f"nguoi.{number}"
    person = people.add(name, f"Người {number}")
    people.grant(person, _role(), UNIT, "quan.tri")
    rows = next(row for row in people.listing() if row.name == name)
    return Things(
        result=result,
        record=record,
        person=person,
        membership=rows.memberships[0].id,
        **_life(result, folder, number),
        **_paper(folder, number),
        **_batch(folder, number),
        **_programs(number),
        **_sent(folder, number),
        **_register(folder, number),
        **_pair(folder, number),
        unsure=unsure_results.put(folder, number),
        procedure=_organisation(number),
        target=_quotas(number),
        **_reports(),
        **kept_results.put(folder, number),
    )


def _role() -> Any:
    from accounts.rights import Role

    return Role.CLERK


def _reports() -> dict[str, int]:
    """A report that was given out, and who gets the next ones."""
    from catalog.values import today
    from quotas import mailing, periods, reports

    issued = reports.issue(UNIT, periods.year(today().year), "quan.tri")
    return {
        "report": issued.row.id,
        "mailing": mailing.add(UNIT, periods.Span.MONTH, 5, ["van.thu@example.gov.vn"], "quan.tri"),
    }


def _organisation(number: int) -> str:
    """A unit that was renamed and has ended, below `UNIT`; and a procedure."""
    from catalog import procedures, unit_changes, units
    from catalog.records import ProcedureRow

    code = units.add(f"{UNIT}.9{number}", f"Bộ phận {number}", UNIT).code
    unit_changes.rename(code, f"Tổ {number}", date(2025, 1, 1), "1/QĐ-UBND", "quan.tri")
    unit_changes.end(code, date(2025, 6, 30), [UNIT], "2/QĐ-UBND", "quan.tri")
    wanted = ProcedureRow(f"1.00{number}", f"Thủ tục {number}", "Xây dựng", ("Đơn",), ("Giấy phép",), "12 tháng")
    return procedures.change(wanted, "quan.tri").code


def _quotas(number: int) -> int:
    """A target, and a baseline; of another period each time."""
    from quotas import baselines, periods, targets
    from quotas.states import Kind

    period = periods.of_year(2026, periods.Span.MONTH)[number]
    baselines.freeze(UNIT, period, "quan.tri")
    return targets.put(UNIT, Kind.OLD, period, "20", "Nghị định 107/2021/NĐ-CP", "quan.tri").id


def _life(result: int, folder: Path, number: int) -> dict[str, int]:
    """A correction, a delivery, a use of which somebody is to be told, a copy, and a linked number."""
    from catalog import decisions, deliveries, dossiers, persons, results
    from catalog.life import Decision
    from catalog.states import Manner
    from catalog.values import today
    from reuse import copies, ledger
    from reuse.records import Person
    from web.services import store

    with store().open(results.show(result).archive.key) as archive:
        copy = copies.issue(result, archive, folder / f"copy-{number}.pdf", "quan.tri")
    delivery = deliveries.deliver(result, Manner.COUNTER, "", today(), f"Ông {number}", "quan.tri")
    persons.link("087185001234", f"{number:09}", "quan.tri", UNIT, "hai số của một người")
    dossier = f"H61.12-{dossiers.local_day():%y%m%d}-{number + 1:04}"
    wish = ledger.Wish(result, dossier, UNIT, Person("Nguyễn Thị Hòa"), reason="đã đối chiếu")
    used = ledger.use(wish, "quan.tri")
    decision = Decision(f"{number + 1}/QĐ-UBND", date(2026, 11, 1), "ghi sai")
    decisions.correct(result, {"holder": f"Nguyễn Thị Hoà {number}"}, decision, "quan.tri")
    change = max(one.id for one in decisions.changes(result))
    return {"change": change, "delivery": delivery, "reuse": used.id, "copy": copy.id}


def _paper(folder: Path, number: int) -> dict[str, int]:
    """A paper in the box, and lent."""
    from catalog.values import today
    from paper import loans, places

    text = f"GIẤY KHAI SINH\nSố {number}/KS"
    paper = library.put(replace(library.BIRTH, name=f"ks{number}.pdf", text=text), folder / f"paper-{number}")
    put = places.put([paper], places.Target(UNIT, "HT-07", "Kho 1"), "quan.tri")
    wish = loans.Wish("Phòng Tài nguyên", "giải quyết khiếu nại", today() + timedelta(days=14))
    return {"box": put.box.id, "putting": put.id, "loan": loans.lend([paper], wish, "quan.tri")[0]}


def _batch(folder: Path, number: int) -> dict[str, int]:
    """An open batch of two stacks, a file that was begun to be sent, and the index of a contractor."""
    from core.settings import settings
    from staging import arrivals, batches, looking, uploads
    from staging.records import NewBatch
    from staging.states import Sides, Way
    from staging.upload_records import NewUpload
    from storage import open_store

    batch = batches.open_batch(NewBatch(UNIT, f"thùng đôi {number}", sides=Sides.TWO_STACKS), "quan.tri")
    scans = [
        arrivals.accept(pdf(folder / f"{number}{name}", f"{number}{name}", 2), name, batch, "quan.tri", Way.UPLOAD).scan
        for name in ("fronts.pdf", "backs.pdf")
    ]
    looking.work_off(threading.Event(), open_store(settings().storage), "tests")
    mark = f"{zlib.crc32(bytes([number])):08x}"
    upload = uploads.begin(NewUpload(batch, f"đang gửi {number}.pdf", 1000, 1, mark), "quan.tri")
    return {"batch": batch, "scan": scans[0], "upload": upload.id}


def _programs(number: int) -> dict[str, Any]:
    """A token, and where it is called back."""
    from accounts import tokens
    from accounts.rights import Right
    from web.models import Subscription
    from web.webhooks import subscriptions

    scope = tokens.Scope((UNIT,), frozenset(Right) - {Right.MANAGE}, ())
    token, secret = tokens.add(f"phần mềm {number}", scope, "quan.tri")
    kept = Subscription.objects.create(
        token_id=token.id, url="https://example.vn/", events=["result.revoked"], salt="x", created=token.created
    )
    assert subscriptions.show(token.id, kept.pk)
    return {"token": token.id, "webhook": kept.pk, "secret": secret}


def _sent(folder: Path, number: int) -> dict[str, Any]:
    """What came over the forms: a new result at the counter, and an index of bought-in work."""
    from accounts.models import User
    from bought_in import deliveries
    from catalog import arrivals
    from staging import arrivals as staged
    from staging import batches
    from staging.records import NewBatch
    from staging.states import Way

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(username="quan.tri"), "django.contrib.auth.backends.ModelBackend")
    paper = tiff(folder / f"kq{number}.tif", shade=number + 1)
    given: dict[str, Any] = {"unit": UNIT, "dossier": f"H61.12-261101-{number + 1:04}", "procedure": ""}
    posted = client.post("/intake/", given | {"papers": [SimpleUploadedFile(paper.name, paper.read_bytes())]})
    assert posted.status_code == 302, posted.content
    batch = batches.open_batch(NewBatch(UNIT, f"mua ngoài {number}"), "quan.tri")
    staged.accept(pdf(folder / f"577-{number}.pdf", f"577 {number}"), "577.pdf", batch, "quan.tri", Way.UPLOAD)
    index = making.xlsx(folder / f"muc luc {number}.xlsx", [HEADER, *ROWS])
    sent = SimpleUploadedFile(index.name, index.read_bytes())
    put = client.post("/bought-in/new/", {"batch": str(batch), "contractor": "Công ty A", "index": sent})
    client.post("/bought-in/check/", {"index": str(put["Location"]).partition("index=")[2].replace("%3A", ":")})
    delivery = deliveries.of_batch(batch)
    assert delivery
    return {"intake": arrivals.listing(None)[0].id, "bought_in": delivery.id, "check": put["Location"]}


def _register(folder: Path, number: int) -> dict[str, Any]:
    """A line of a register, the import that it is from, and a register that somebody sent in."""
    from registers import columns, importing
    from registers.importing import Mode
    from registers.models import Line
    from registers.rows import Order
    from web import register_jobs
    from web.services import store

    header = ("Số, ký hiệu", "Ngày ban hành", "Họ và tên", "Loại văn bản")
    rows = [(f"{9000 + number}/GPMT", "05/03/2017", f"Võ Văn Sổ {number}", "Giấy phép môi trường")]
    path = making.xlsx(folder / f"so {number}.xlsx", [header, *rows])
    with importing.opened(columns.look(path, path.name, UNIT), Order(UNIT, None)) as read:
        store().put(path, read.sha256, "application/octet-stream")
        done = importing.take(read, UNIT, "quan.tri", Mode.GOOD_ROWS)
    job = register_jobs.create(UNIT, path.name, "quan.tri", "vi")
    shutil.copyfile(path, job.file)
    line = Line.objects.get(imported=done.id)
    return {"register_line": line.pk, "register_import": done.id, "job": job.token}


def _pair(folder: Path, number: int) -> dict[str, int]:
    """Two scans of one paper, which are both to be checked."""
    from review import duplicates
    from review.models import Pair

    for side in (1, 2):
        text = f"{HOA} {'x' * (2 * number + side)}"
        paper = replace(library.PERMIT, text=text, pages=1, name=f"{number}-{side}.pdf")
        doubtful = library.put(paper, folder / f"pair-{number}-{side}")
    duplicates.catch_up()
    return {"pair": int(Pair.objects.order_by("-pk")[0].pk), "doubtful": doubtful}


_NUMBERS: Mapping[str, str] = {
    "reports/": "report",
    "reports/mailings/": "mailing",
    "results/": "result",
    "reuse/": "reuse",
    "copies/": "copy",
    "people/": "person",
    "intake/": "intake",
    "tokens/": "token",
    "bought-in/": "bought_in",
    "paper/boxes/": "box",
    "paper/put/": "putting",
    "paper/lent/": "loan",
    "duplicates/": "pair",
    "batches/": "batch",
    "uploads/": "upload",
    "quotas/targets/": "target",
    "retention/": "period",
    "retention/holds/": "hold",
    "disposals/": "disposal",
    "registers/lines/": "register_line",
    "registers/imports/": "register_import",
    "registers/unsure/": "unsure",
    "registers/unlink/": "unsure",
}
"""How the path of an address begins → what its number is one of."""


def patterns() -> Iterator[URLPattern]:
    """All addresses there are, but those of the interface for programs, which asks for tokens."""
    waiting: list[URLPattern | URLResolver] = list(get_resolver().url_patterns)
    while waiting:
        one = waiting.pop()
        if isinstance(one, URLPattern):
            yield one
        elif one.namespace != "api":
            waiting.extend(one.url_patterns)


def path_of(pattern: URLPattern, things: Things) -> str:
    """The path of an address that is about one of `things`; KeyError for one about something that is not there."""
    known = asdict(things)
    values: dict[str, object] = {"page": 1, "edition": 1, "field": "number", "code": "vi", "provider_id": "office"}
    values |= {"unit": UNIT, "name": "months"}
    values |= {name: "x" for name in ("secret", "token", "person")}
    values |= {name: known[name] for name in ("change", "delivery", "scan", "membership", "job")}
    route = str(pattern.pattern)
    if "number" in pattern.pattern.converters:
        values["number"] = known[_NUMBERS[route.partition("<")[0]]]
    if "review" in route:
        values["number"] = things.doubtful
    if route.startswith("units/"):
        values["code"] = UNIT
    if route.startswith("procedures/"):
        values["code"] = things.procedure
    if pattern.name == "result_open":
        values["number"] = things.record
    return reverse(str(pattern.name), kwargs={name: values[name] for name in pattern.pattern.converters})


def pages(things: Things, client: Client) -> list[str]:
    """The paths under which somebody who may do everything gets a page (and no file, or a question back)."""
    paths = {path_of(pattern, things) for pattern in patterns() if pattern.name not in _ELSEWHERE}
    return [things.check, *sorted(path for path in paths if _is_page(client.get(path)))]


def _is_page(answer: Any) -> bool:
    return answer.status_code == 200 and answer["Content-Type"].startswith("text/html")


_ELSEWHERE = ("account_logout", "language", "account_login", "first", "begin", "invitation")
"""Addresses that change who asks or in which language, or that are for those alone who are not signed in."""


@contextmanager
def installation(home: Path, empty: Path) -> Iterator[tuple[Things, list[str]]]:
    """`home` as a furnished installation with the people of `library`, and its pages; "quan.tri" has PASSWORD."""
    from accounts.models import User
    from web.services import index
    from web.settings import extras

    for file in empty.iterdir():
        shutil.copyfile(file, home / file.name)
    with pages_of(home), override_settings(**{name: value for name, value in extras().items() if name != "DATABASES"}):
        index().rebuild([])
        person = User.objects.get(username="quan.tri")
        person.set_password(PASSWORD)
        person.save()
        (home / "papers").mkdir()
        things = furnish(home / "papers")
        client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
        client.force_login(person, "django.contrib.auth.backends.ModelBackend")
        yield things, pages(things, client)


def about_things() -> list[URLPattern]:
    """The addresses whose path names something by its number."""
    return sorted((p for p in patterns() if "number" in p.pattern.converters), key=lambda p: str(p.name))
