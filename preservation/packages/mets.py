"""METS.xml: what a package is, which files it holds, and what belongs together.

After METS 1.12 as E-ARK's common specification uses it (CSIP 2.1): the attributes and the two kinds of parts that hold
everything, `fileSec` with a group a kind of file, `structMap` with a division a document. It is made with the standard
library and was not held against E-ARK's own validator.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree

METS, XLINK = "http://www.loc.gov/METS/", "http://www.w3.org/1999/xlink"
CSIP = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
FILE_NAME = "METS.xml"
LARGEST = 64 << 20


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A file of a package."""

    path: str
    """From METS.xml."""
    sha256: str
    size: int
    media_type: str
    group: str
    """``metadata``, ``archive``, ``original`` or ``words``."""
    document: str
    """Name of the document's files that it belongs to."""


def write(name: str, purpose: str, made: datetime, files: Iterable[PackedFile]) -> bytes:
    """The METS of a package called `name`."""
    for prefix, space in (("", METS), ("xlink", XLINK), ("csip", CSIP)):
        ElementTree.register_namespace(prefix, space)
    told = {"OBJID": name, "TYPE": "Mixed", "PROFILE": "https://earkcsip.dilcis.eu/profile/E-ARK-CSIP.xml"}
    root = ElementTree.Element(_in(METS, "mets"), told | {_in(CSIP, "OAISPACKAGETYPE"): purpose.upper()})
    head = ElementTree.SubElement(root, _in(METS, "metsHdr"), {"CREATEDATE": made.isoformat(timespec="seconds")})
    agent = {"ROLE": "CREATOR", "TYPE": "OTHER", "OTHERTYPE": "SOFTWARE"}
    ElementTree.SubElement(ElementTree.SubElement(head, _in(METS, "agent"), agent), _in(METS, "name")).text = "sohoa"
    _sections(root, name, list(files))
    ElementTree.indent(root)
    made_xml: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return made_xml + b"\n"


def read(content: bytes) -> dict[str, tuple[str, int]]:
    """Path → SHA-256 and size of each file that a METS names. Raises ValueError for what is none.

    Whoever made it may be hostile: a document type, in which entities could be declared, is refused unread.
    """
    if len(content) > LARGEST or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise ValueError("METS.xml is too large or declares a document type: it is not read")
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise ValueError(f"METS.xml is no XML ({error})") from error
    found = {}
    for file in root.iter(_in(METS, "file")):
        place = file.find(_in(METS, "FLocat"))
        path = "" if place is None else place.get(_in(XLINK, "href"), "")
        if not path or path in found or not file.get("SIZE", "").isdigit():
            raise ValueError("METS.xml names a file twice, or without place or size")
        found[path] = file.get("CHECKSUM", ""), int(file.get("SIZE", "0"))
    return found


def _sections(root: ElementTree.Element, name: str, files: list[PackedFile]) -> None:
    """`fileSec` and `structMap`."""
    section = ElementTree.SubElement(root, _in(METS, "fileSec"))
    ids: dict[str, str] = {}
    for group in dict.fromkeys(file.group for file in files):
        part = ElementTree.SubElement(section, _in(METS, "fileGrp"), {"USE": group})
        for file in (one for one in files if one.group == group):
            ids[file.path] = f"file-{len(ids) + 1}"
            told = {"ID": ids[file.path], "MIMETYPE": file.media_type, "SIZE": str(file.size)}
            told |= {"CHECKSUM": file.sha256, "CHECKSUMTYPE": "SHA-256"}
            place = {"LOCTYPE": "URL", _in(XLINK, "type"): "simple", _in(XLINK, "href"): file.path}
            ElementTree.SubElement(ElementTree.SubElement(part, _in(METS, "file"), told), _in(METS, "FLocat"), place)
    kinds = {"TYPE": "PHYSICAL", "LABEL": "CSIP"}
    whole = ElementTree.SubElement(ElementTree.SubElement(root, _in(METS, "structMap"), kinds), _in(METS, "div"))
    whole.set("LABEL", name)
    for document in dict.fromkeys(file.document for file in files if file.document):
        part = ElementTree.SubElement(whole, _in(METS, "div"), {"LABEL": document, "TYPE": "document"})
        for file in (one for one in files if one.document == document):
            ElementTree.SubElement(part, _in(METS, "fptr"), {"FILEID": ids[file.path]})


def _in(space: str, name: str) -> str:
    return f"{{{space}}}{name}"
