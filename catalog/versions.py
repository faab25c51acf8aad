"""Earlier versions of a result: what the catalog said about it before each change."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from catalog import fields
from catalog.confidential import Confidential
from catalog.configuration import told_plainly
from catalog.life import Version, VersionRow
from catalog.models import Field, Result, ResultVersion
from catalog.states import Standing, State
from catalog.values import iso_date
from core.errors import NotFoundError

_FACTS = ("state", "status", "replaced_by_id", "confidential", "dossier")
"""What is kept besides the fields and cannot be concluded from them."""


@told_plainly()
def listing(id: int) -> tuple[VersionRow, ...]:
    """The earlier versions of a result, newest first; without any for one that never changed."""
    found = ResultVersion.objects.filter(result_id=id).order_by("-edition").values_list("edition", "until")
    return tuple(VersionRow(edition, until.astimezone(UTC)) for edition, until in found)


@told_plainly()
def show(id: int, edition: int) -> Version:
    """An earlier version as it was; raises NotFoundError. The present one is `catalog.results.show`."""
    kept = ResultVersion.objects.filter(result_id=id, edition=edition).select_related("result").first()
    if kept is None:
        raise NotFoundError(f"there is no version {edition} of result {id}")
    facts = kept.content["facts"]
    return Version(
        edition=kept.edition,
        until=kept.until.astimezone(UTC),
        fields=fields.shown(fields.restored(kept.result, kept.content["fields"])),
        state=State(facts["state"]),
        status=Standing(facts["status"]),
        replaced_by=facts["replaced_by_id"],
        confidential=Confidential(facts["confidential"]),
        dossier=facts["dossier"],
        valid_from=iso_date(facts["valid_from"]),
        valid_to=iso_date(facts["valid_to"]),
    )


def keep(result: Result, time: datetime) -> None:
    """Keep the result as it stands, before it is changed at `time`; to be called inside a transaction."""
    days = {name: day.isoformat() if (day := getattr(result, name)) else "" for name in ("valid_from", "valid_to")}
    facts: dict[str, Any] = {name: getattr(result, name) for name in _FACTS}
    content = {"fields": fields.kept(result.fields.order_by("pk")), "facts": facts | days}
    ResultVersion.objects.create(result=result, edition=result.edition, until=time, content=content)


def restore(result: Result, edition: int) -> list[Field]:
    """Give the result, not saved yet, the facts of an earlier version, and give the fields of that time, not saved."""
    content = ResultVersion.objects.get(result=result, edition=edition).content
    for name in _FACTS:
        setattr(result, name, content["facts"][name])
    return fields.restored(result, content["fields"])
