"""What the columns of a unit's registers mean: guessed, said once, remembered for the next register."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from catalog.configuration import told_plainly
from catalog.values import clip, now
from core.text import fold_words
from registers import models, places
from spreadsheets import meant
from spreadsheets.meant import Known, Table
from spreadsheets.records import Limits

LIMITS = Limits()
USED = (
    *("number", "issue_date", "holder", "holder_id", "co_holder", "co_holder_id", "document_type", "subject", "sector"),
    *("issuer", "register_number", "expiry_date", "validity", "status", "procedure", "dossier", "received", "resolved"),
    *("components", "component_names", "unit", "signer", "holder_birth_date", "box", "shelf", "position", "pages"),
    "note",
)
"""What columns of a register can mean."""
_GUESSED = frozenset({"title", "part", "content"})


def look(path: Path, name: str, unit: str, said: Mapping[str, str] | None = None, sheet: str = "") -> Table:
    """Look at a register of `unit`. What somebody `said` (letter → meaning) goes before what the unit's people said
    last, and that before what is guessed. Raises RefusedSheetError, UsageError for a column or meaning that is none.
    """
    table = meant.look(path, name, Known(USED, saved(unit), said or {}), sheet, LIMITS)
    return _without_strange_units(table)


@told_plainly()
def saved(unit: str) -> dict[str, str]:
    """Folded title → meaning, as people of the unit said last; empty: never."""
    found = models.Mapping.objects.filter(unit_id=unit).first()
    return {str(title): str(meaning) for title, meaning in found.titles.items()} if found else {}


@told_plainly()
def save(unit: str, titles: Mapping[str, str], actor: str) -> None:
    """Remember this; titles of other registers of the unit stay remembered."""
    values = {"titles": saved(unit) | dict(titles), "actor": clip(actor, 200), "time": now()}
    models.Mapping.objects.update_or_create(unit_id=unit, defaults=values)


def _without_strange_units(table: Table) -> Table:
    """The table without a guessed column of units that names none: `Xã` is as often where the land lies."""
    found = next((at for at, name in table.meanings.items() if name == "unit"), None)
    if found is None or table.why[found] not in _GUESSED:
        return table
    known = places.known()
    if any(known.find(sample) for sample in table.seen.header.columns[found].samples):
        return table
    meanings = {at: name for at, name in table.meanings.items() if at != found}
    return Table(table.path, table.name, table.seen, meanings, {at: table.why[at] for at in meanings})


def marked(table: Table) -> bool:
    """Whether the column of the status is one to tick: its title says which status a cross stands for."""
    columns = table.seen.header.columns
    return any(
        name == "status" and fold_words(columns[at].title).startswith(("thu hoi", "huy"))
        for at, name in table.meanings.items()
    )
