"""What ``sohoa doctor`` looks at: each check answers in one line, with the remedy where something is wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from importlib.metadata import version

from cli.services import open_catalog, open_index, open_store
from cli.texts import _
from core import disk as room
from core.errors import SohoaError
from core.settings import Settings
from flows.prefect_home import configured_api
from flows.server import fault_of, shown

_OLDEST_PYTHON = (3, 11)
_LITTLE_DISK = 5 * 1024**3


class State(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of one check."""

    name: str
    state: State
    detail: str
    """What was found."""
    remedy: str = ""
    """What to do; empty when all is well."""

    def as_dict(self) -> dict[str, str]:
        """For JSON."""
        return {key: str(value) for key, value in asdict(self).items()}


def verdicts(settings: Settings) -> Iterator[Verdict]:
    """The answer of each check, in the order in which things are needed."""
    yield python()
    yield tesseract(settings)
    yield libraries()
    yield disk(settings)
    yield service("database", shown(settings.database), open_catalog)
    yield service("storage", shown(settings.storage), lambda: open_store().check())
    yield service("search", shown(settings.search_url), _check_index)
    yield prefect(configured_api())
    yield viruses(settings)
    yield backup(settings)


def python() -> Verdict:
    """Python is new enough."""
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] >= _OLDEST_PYTHON:
        return Verdict("python", State.OK, found)
    return Verdict("python", State.FAIL, found, _("install Python 3.11 or newer"))


def tesseract(settings: Settings) -> Verdict:
    """The OCR engine and its Vietnamese data are there."""
    from ocr.engines import engine_for
    from ocr.errors import EngineError
    from ocr.options import OcrSettings

    remedy = _("install it: apt-get install tesseract-ocr tesseract-ocr-vie")
    try:
        found = engine_for(OcrSettings(engine=settings.engine)).identity()
    except EngineError as error:
        return Verdict("tesseract", State.FAIL, str(error), remedy)
    return Verdict("tesseract", State.OK, f"{found.name} {found.version}, {found.data}")


def libraries() -> Verdict:
    """The versions of the parts that make PDFs; they are installed with sohoa."""
    import pikepdf
    import pypdfium2

    found = f"pikepdf {pikepdf.__version__}, qpdf {pikepdf.__libqpdf_version__}, "
    return Verdict("pdf", State.OK, found + f"pypdfium2 {version('pypdfium2')}, pdfium {pypdfium2.PDFIUM_INFO}")


def disk(settings: Settings) -> Verdict:
    """There is room where SOHOA_HOME is, or will be."""
    folder = room.there(settings.root)
    free = room.free(folder)
    detail = _("{free:.1f} GiB free in {folder}").format(free=free / 1024**3, folder=folder)
    remedy = _("make room, or set SOHOA_HOME to a larger disk")
    if free < room.TOO_LITTLE:
        return Verdict("disk", State.FAIL, detail, remedy)
    if free < _LITTLE_DISK:
        return Verdict("disk", State.WARN, detail, remedy)
    return Verdict("disk", State.OK, detail)


def service(name: str, where: str, check: Callable[[], object]) -> Verdict:
    """`check` raises no error; its message names the remedy."""
    try:
        check()
    except SohoaError as error:
        return Verdict(name, State.FAIL, where, str(error))
    return Verdict(name, State.OK, where)


def _check_index() -> None:
    with open_index() as index:
        index.check()


def prefect(api: str) -> Verdict:
    """The server that runs are reported to answers, where one is set."""
    if not api:
        return Verdict("prefect", State.OK, _("no server set: each run starts one of its own"))
    if why := fault_of(api):
        remedy = _("no Prefect server answers ({why}): start it, or unset PREFECT_API_URL").format(why=why)
        return Verdict("prefect", State.FAIL, shown(api), remedy)
    return Verdict("prefect", State.OK, shown(api))


def viruses(settings: Settings) -> Verdict:
    """The virus scanner answers, where one is set."""
    from pipeline.virus_scan import Scanner

    try:
        scanner = Scanner.of(settings.clamav)
    except SohoaError as error:
        return Verdict("viruses", State.FAIL, settings.clamav, str(error))
    if scanner is None:
        return Verdict("viruses", State.OK, _("no virus scanner set: files are not checked for viruses"))
    if why := scanner.fault():
        remedy = _("the virus scanner does not answer ({why}): start clamd; until then every file is refused")
        return Verdict("viruses", State.FAIL, settings.clamav, remedy.format(why=why))
    return Verdict("viruses", State.OK, f"{settings.clamav} {scanner.version()}".strip())


def backup(settings: Settings) -> Verdict:
    """There is a backup, and it is not old; nothing is said where the catalog is away, which has its own line."""
    remedy = _("make one: sohoa backup TARGET (docs/backup.md)")
    try:
        open_catalog()
        from preservation.backup import history

        last = history.last()
    except SohoaError:
        return Verdict("backup", State.WARN, _("not known: the catalog is away"))
    if last is None:
        return Verdict("backup", State.WARN, _("none was ever made"), remedy)
    days = (datetime.now(UTC) - last.time).total_seconds() / 86400
    text = _("the last one {days:.1f} days ago in {place}, objects: {objects}")
    detail = text.format(days=days, place=last.place, objects=last.objects)
    if days > settings.backup_warn_days:
        return Verdict("backup", State.WARN, detail, remedy)
    if last.missing:
        lost = _("{count} objects were lost or damaged when it was made: sohoa verify").format(count=last.missing)
        return Verdict("backup", State.WARN, detail, lost)
    return Verdict("backup", State.OK, detail)
