"""Whom the office trusts: certificates in a folder (`SOHOA_TRUST`). None are shipped.

```
trust/*.pem *.crt *.cer *.der     anchors: a signature that leads to one of them is trusted
trust/between/…                   certificates on the way to them that signed files often leave out
trust/revoked/*.crl *.ocsp        lists of revoked certificates and answers of OCSP servers (`SOHOA_REVOCATION=folder`)
```

Threat model: who may write to that folder decides what is trusted, so it belongs to the operator alone. What a signed
file brings along (certificates, lists, answers) is never trusted by itself: it helps to find the way to an anchor.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from core.errors import SettingsError
from core.settings import settings

_ANCHORS = {".pem", ".crt", ".cer", ".der"}
_MOST_BYTES = 20_000_000
"""Lists of revoked certificates of a national authority have some megabytes."""
_PEM = re.compile(rb"-----BEGIN (?:X509 |TRUSTED )?(?:CERTIFICATE|X509 CRL|CRL)-----(.+?)-----END", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Trust:
    """What verdicts are made with. All are DER."""

    anchors: tuple[bytes, ...] = ()
    between: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    mode: str = "embedded"

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of what the office decided on: anchors, what lies between, and how revocation is asked for.

        Lists are no part of it: they change each day, and then `sohoa signatures check --again` looks anew.
        """
        made = hashlib.sha256(self.mode.encode())
        for group in (self.anchors, self.between):
            made.update(b"|")
            for one in sorted(hashlib.sha256(der).digest() for der in group):
                made.update(one)
        return made.hexdigest()

    def with_answers(self, crls: tuple[bytes, ...], ocsps: tuple[bytes, ...]) -> Trust:
        """The same with more lists and answers."""
        return replace(self, crls=self.crls + crls, ocsps=self.ocsps + ocsps)

    def as_dict(self) -> dict[str, object]:
        """As plain JSON values."""
        groups = {name: getattr(self, name) for name in ("anchors", "between", "crls", "ocsps")}
        return {name: [base64.b64encode(der).decode() for der in group] for name, group in groups.items()} | {
            "mode": self.mode
        }


def of_dict(data: dict[str, object]) -> Trust:
    """What `Trust.as_dict` gave."""

    def group(name: str) -> tuple[bytes, ...]:
        texts = data[name]
        assert isinstance(texts, list)
        return tuple(base64.b64decode(text) for text in texts)

    return Trust(group("anchors"), group("between"), group("crls"), group("ocsps"), str(data["mode"]))


def known() -> Trust:
    """Whom the settings trust now. Raises SettingsError for a folder or file that cannot be used."""
    mode, folder = settings().revocation, settings().trust
    if folder is None:
        return Trust(mode=mode)
    folder = folder.expanduser()
    if not folder.is_dir():
        raise SettingsError(f"SOHOA_TRUST: there is no folder {folder}: make it, or mend the setting")
    anchors = tuple(_certificates(folder))
    between = tuple(_certificates(folder / "between"))
    if mode == "embedded":
        return Trust(anchors, between, mode=mode)
    crls = tuple(one for path in _files(folder / "revoked", {".crl"}) for one in ders(path.read_bytes()))
    ocsps = tuple(path.read_bytes() for path in _files(folder / "revoked", {".ocsp"}))
    return Trust(anchors, between, crls, ocsps, mode)


def ders(data: bytes) -> list[bytes]:
    """What stands in a file of PEM (one or several) or DER (one). Raises ValueError for PEM that is broken."""
    found = [base64.b64decode(match[1], validate=False) for match in _PEM.finditer(data)]
    return found or [data]


def _certificates(folder: Path) -> Iterator[bytes]:
    from asn1crypto import x509

    for path in _files(folder, _ANCHORS):
        try:
            for der in ders(path.read_bytes()):
                x509.Certificate.load(der, strict=True).public_key  # noqa: B018  (it must be there)
                yield der
        except (ValueError, TypeError, OSError) as error:
            raise SettingsError(f"SOHOA_TRUST: {path} holds no certificate (PEM or DER): take it away") from error


def _files(folder: Path, endings: set[str]) -> list[Path]:
    if not folder.is_dir():
        return []
    found = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in endings and path.is_file()]
    if any(path.stat().st_size > _MOST_BYTES for path in found):
        raise SettingsError(f"SOHOA_TRUST: a file in {folder} has more than {_MOST_BYTES // 1_000_000} MB")
    return found
