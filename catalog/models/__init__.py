"""The tables, by subject. Only the catalog's own functions (and migrations) look in here."""

from catalog.models.carriers import Carrier
from catalog.models.disposal import DoomedObject, Tombstone
from catalog.models.events import ChainHead, Event
from catalog.models.fingerprints import FreshResult, PageMark, SketchKey
from catalog.models.life import Change, Delivery, HolderNumber, Opening, PersonLink, ResultVersion
from catalog.models.organisation import Procedure, Unit, UnitName
from catalog.models.provenance import PageOrigin
from catalog.models.results import Document, Field, Outbox, PageReading, Result
from catalog.models.scans import Batch, Lease, Scan, Slot, Turn
from catalog.models.statements import Statement

__all__ = [
    "Batch",
    "Carrier",
    "ChainHead",
    "Change",
    "Delivery",
    "Document",
    "DoomedObject",
    "Event",
    "Field",
    "FreshResult",
    "HolderNumber",
    "Lease",
    "Opening",
    "Outbox",
    "PageMark",
    "PageOrigin",
    "PageReading",
    "PersonLink",
    "Procedure",
    "Result",
    "ResultVersion",
    "Scan",
    "SketchKey",
    "Slot",
    "Statement",
    "Tombstone",
    "Turn",
    "Unit",
    "UnitName",
]
