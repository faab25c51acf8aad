"""What a package says of its result: the names of the archive rule, and the flags of the public service portal.

Names are those of Thông tư 05/2025/TT-BNV, as a secondary source lists them; what its fields may hold was not read in
the text itself, so nothing is put into one that is not known for certain: it is there with no value. The portal's flags
were seen in the sources of a provincial system; what their values mean is from memory, so they are data
(``data/portal.json``, and over it the file that the setting ``portal_codes`` names).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree

from catalog.confidential import Confidential
from core.errors import SettingsError
from core.settings import settings
from core.text import fold_words, nfc
from reuse.records import Reuse, Vouched

NAMESPACE = "urn:sohoa:reuse:1"
_SHIPPED = "data/portal.json"
_LANGUAGE = "Tiếng Việt"
_DIGITIZED = "Số hóa"
_FLAGS = ("digitized", "reused", "reused_from_portal", "from_national_repository", "taken_from_national_repository")


@dataclass(frozen=True, slots=True)
class Portal:
    """How the portal writes what we know."""

    flags: Mapping[str, int]
    """Values of DuocSoHoa (``digitized``), DuocTaiSuDung (``reused``; ``reused_from_portal`` where the portal gave it)
    and DuocLayTuKhoDMQG (``from_national_repository`` of a paper of ours, ``taken_from_national_repository`` of one of
    the portal's).
    """
    types: Mapping[str, str]
    """Folded type of document → MaGiayToKetQua."""


def of_reuse(reuse: Reuse) -> dict[str, object]:
    """All that the package states, as plain JSON values: None where it is not known."""
    return {
        "document": archive_names(reuse),
        "portal": portal_flags(reuse),
        "reuse": _reuse(reuse),
        "source": source_of(reuse.vouched),
    }


def archive_names(reuse: Reuse) -> dict[str, object]:
    """The document under the names of the archive rule."""
    return names_of(reuse.vouched, file_stem(reuse))


def names_of(what: Vouched, stem: str) -> dict[str, object]:
    """A stored result under the names of the archive rule; `stem`: name of its files, without their endings."""
    number, _slash, notation = what.number.partition("/")
    secret = what.confidential == Confidential.SECRET
    return {
        "docId": f"{what.unit}.{what.result}",
        "arcDocCode": stem,
        "maintenance": None,
        "typeName": what.document_type or None,
        "codeNumber": number.strip() or None,
        "codeNotation": notation.strip() or None,
        "issuedDate": what.issue_date.isoformat() if what.issue_date else None,
        "organName": what.issuer or None,
        "subject": what.subject or None,
        "language": _LANGUAGE,
        "numberOfPage": what.pages,
        "inforSign": what.signatures or None,
        "keyword": None,
        "mode": "Mật" if secret else None,
        "confidenceLevel": _DIGITIZED,
        "autograph": None,
        "format": None,
        "process": None,
        "riskRecovery": None,
    }


def portal_flags(reuse: Reuse) -> dict[str, object]:
    """What the public service portal synchronises about the component."""
    return result_flags(reuse.vouched)


def result_flags(what: Vouched, *, reused: bool = True) -> dict[str, object]:
    """The same about a stored result, which `reused` may not have been yet."""
    portal = _portal(settings().portal_codes)
    return {
        "DuocSoHoa": portal.flags["digitized"],
        "DuocTaiSuDung": portal.flags["reused"] if reused else 0,
        "DuocLayTuKhoDMQG": portal.flags["from_national_repository"],
        "MaKetQuaThayThe": ",".join(f"{what.unit}.{id}" for id in what.replaces) or None,
        "MaGiayToKetQua": portal.types.get(fold_words(what.document_type)),
    }


def flags(*, digitized: bool, reused: bool, from_portal: bool) -> dict[str, object]:
    """The three flags of a component or result, whatever paper it is."""
    values = _portal(settings().portal_codes).flags
    taken = values["reused_from_portal"] if from_portal else values["reused"]
    home = "taken_from_national_repository" if from_portal else "from_national_repository"
    return {
        "DuocSoHoa": values["digitized"] if digitized else 0,
        "DuocTaiSuDung": taken if reused else 0,
        "DuocLayTuKhoDMQG": values[home],
    }


def type_code(document_type: str) -> str | None:
    """The portal's code of a type of document (``KQ.G15.000031``); None: there is none for it."""
    return _portal(settings().portal_codes).types.get(fold_words(document_type))


def file_stem(reuse: Reuse) -> str:
    """Name of the component's file: the dossier's code, a point, and the running number in it."""
    return f"{reuse.dossier}.{reuse.ordinal:03}"


def as_json(data: Mapping[str, object]) -> bytes:
    """`data` as JSON for people and programs."""
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def as_xml(data: Mapping[str, object]) -> bytes:
    """The same as XML: an element a name, empty where nothing is known; lists repeat their element."""
    ElementTree.register_namespace("", NAMESPACE)
    root = ElementTree.Element(f"{{{NAMESPACE}}}package")
    _into(root, data)
    ElementTree.indent(root)
    made: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return made + b"\n"


def _into(parent: ElementTree.Element, data: Mapping[str, object]) -> None:
    for name, value in data.items():
        for one in value if isinstance(value, list) else [value]:
            element = ElementTree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
            if isinstance(one, Mapping):
                _into(element, one)
            elif one is not None:
                element.text = _allowed(str(one))


def _allowed(text: str) -> str:
    """`text` with what XML 1.0 cannot hold turned into U+FFFD."""
    return "".join(c if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff") else "\ufffd" for c in text)


def _reuse(reuse: Reuse) -> dict[str, object]:
    return {
        "id": reuse.id,
        "dossier": reuse.dossier,
        "ordinal": reuse.ordinal,
        "unit": reuse.unit,
        "procedure": reuse.procedure or None,
        "time": reuse.time.isoformat(timespec="seconds"),
        "actor": reuse.actor,
        "warnings": list(reuse.warnings),
    }


def source_of(what: Vouched) -> dict[str, object]:
    """Where a result is kept, how sure its values are, how long it is valid, and the hashes of its files."""
    return {
        "result": what.result,
        "edition": what.edition,
        "unit": what.unit,
        "unitName": what.unit_name,
        "state": what.state,
        "validFrom": what.valid_from.isoformat() if what.valid_from else None,
        "validTo": what.valid_to.isoformat() if what.valid_to else None,
        "recorded": what.recorded.isoformat(timespec="seconds"),
        "archiveSha256": what.archive_sha256,
        "archiveSize": what.archive_size,
        "originalSha256": what.original_sha256,
    }


@cache
def _portal(own: Path | None) -> Portal:
    """What is shipped, with what the office's own file says put over it; raises SettingsError."""
    flags, types = _read(files("reuse").joinpath(_SHIPPED).read_text("utf-8"))
    if own is not None:
        try:
            more_flags, more_types = _read(own.expanduser().read_text("utf-8"))
        except (OSError, UnicodeDecodeError, ValueError) as error:
            raise SettingsError(f"SOHOA_PORTAL_CODES: {own} cannot be used ({error})") from error
        flags, types = flags | more_flags, types | more_types
    return Portal(flags, {fold_words(name): nfc(code) for name, code in types.items()})


def _read(text: str) -> tuple[dict[str, int], dict[str, str]]:
    """Flags and types in a JSON file; raises ValueError."""
    data = json.loads(text)
    if not isinstance(data, dict) or not set(data) <= {"flags", "types"}:
        raise ValueError('it holds "flags" and "types", and nothing else')
    flags, types = data.get("flags", {}), data.get("types", {})
    if not isinstance(flags, dict) or not set(flags) <= set(_FLAGS) or not all(type(v) is int for v in flags.values()):
        raise ValueError(f'"flags" holds whole numbers for {", ".join(_FLAGS)}')
    if not isinstance(types, dict) or not all(isinstance(v, str) for v in types.values()):
        raise ValueError('"types" holds a code for each type of document')
    return flags, types
