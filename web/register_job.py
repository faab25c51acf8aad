"""``python -m web.register_job TOKEN ACTOR``: checks or takes a register that was sent in (`web.register_jobs`)."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from dataclasses import asdict, replace

import catalog
from core.errors import SohoaError
from web.register_jobs import Job, Progress, State, Work, find, progress, tell

_TELL_EVERY = 0.5
"""Seconds between two words about how far it is."""
_FIRST = 10
"""Rows that are shown as they would be taken."""
_log = logging.getLogger("sohoa.web")


def main() -> None:
    """Do what the job says, and say what came of it."""
    from web.settings import extras

    catalog.setup(extras())
    job = find(sys.argv[1], sys.argv[2])
    if job is None:
        sys.exit("there is no such job")
    from django.utils import translation

    tell(job, replace(progress(job), pid=os.getpid()))
    with translation.override(job.language):
        try:
            _do(job)
        except SohoaError as error:
            fault = getattr(error, "refusal", None)
            _log.warning("a register was not taken: %s", error)
            _failed(job, fault.value if fault else "failed")
        except Exception:
            _log.exception("taking a register failed")
            _failed(job, "failed")
            raise


def _failed(job: Job, fault: str) -> None:
    tell(job, Progress(State.FAILED, job.work, fault=fault))


def _do(job: Job) -> None:
    from accounts.access import of_user
    from accounts.models import User
    from accounts.rights import Right
    from registers import columns, importing
    from registers.importing import Mode, Stage
    from registers.rows import Order

    said_last = 0.0

    def heard(stage: Stage, rows: int) -> None:
        nonlocal said_last
        if time.monotonic() - said_last >= _TELL_EVERY:
            said_last = time.monotonic()
            tell(job, Progress(State.RUNNING, job.work, stage.value, rows, os.getpid()))

    # Asked for anew: it may have been taken away since the register was sent in.
    known = of_user(User.objects.filter(username=job.actor).first())
    order = Order(job.unit, known.where(Right.REGISTER))
    if not known.may(Right.REGISTER, job.unit):
        _failed(job, "failed")
        return
    table = columns.look(job.file, job.name, job.unit, job.said, job.sheet)
    with importing.opened(table, order, heard) as read:
        if job.work is Work.TAKE:
            _kept(job)
            _mend(job, read)  # before: once lines are taken nothing may fail that says otherwise
            done = importing.take(read, job.unit, job.actor, Mode(job.mode), heard)
            tell(job, Progress(State.DONE, job.work, counts=asdict(done.counts), imported=done.id))
            return
        counts = importing.compare(read, heard)
        _bad(job, read)
        _mend(job, read)
        shown = tuple(_shown(one) for one in importing.first(read, _FIRST))
        tell(job, Progress(State.DONE, job.work, counts=asdict(counts), first=shown))


def _kept(job: Job) -> None:
    """The register itself is kept as it came: what lines were made of can be looked at later."""
    from core.files import sha256_of
    from web.services import store

    store().put(job.file, sha256_of(job.file), "application/octet-stream")


def _bad(job: Job, read: object) -> None:
    from registers.spool import Spooled
    from web.register_wording import problem_text

    assert isinstance(read, Spooled)
    with job.bad.open("w", encoding="utf-8") as file:
        for bad, _row in read.refused():
            told = {"number": bad.number, "said": bad.said, "why": [problem_text(one) for one in bad.problems]}
            file.write(json.dumps(told, ensure_ascii=False) + "\n")


def _mend(job: Job, read: object) -> None:
    from django.utils.translation import gettext as _

    from registers import mending
    from registers.spool import Spooled
    from web.register_wording import problem_text

    assert isinstance(read, Spooled)
    if read.bad:
        mending.write(read, job.mend, problem_text, _("Why it was not taken"))


def _shown(one: object) -> dict[str, str]:
    from registers.records import Taken

    assert isinstance(one, Taken)
    line, dossier = one.line, one.dossier
    return {
        "row": str(one.number),
        "number": line.number if line else "",
        "issue_date": f"{line.issue_date:%d/%m/%Y}" if line and line.issue_date else "",
        "holder": line.holder if line else dossier.applicant if dossier else "",
        "holder_id": line.holder_id if line else "",
        "document_type": line.document_type if line else "",
        "valid_to": f"{line.valid_to:%d/%m/%Y}" if line and line.valid_to else "",
        "status": line.status if line else "",
        "dossier": dossier.code if dossier else line.dossier if line else "",
        "unit": line.unit if line else dossier.unit if dossier else "",
    }


if __name__ == "__main__":
    main()
