"""The objects that imports name: the files of registers, as they came. A row names its file by the hash alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from catalog.configuration import told_plainly
from catalog.holdings import Named
from registers.models import Import

_AT_ONCE = 500


def named() -> Iterator[Named]:
    """Each of them, in the order of keys, which is that of hashes."""
    with told_plainly():
        rows = Import.objects.exclude(sha256="").order_by("sha256", "pk").values_list("pk", "sha256", "unit__code")
        for pk, sha256, unit in rows.iterator(chunk_size=_AT_ONCE):
            yield Named(_key(sha256), f"register-import:{pk}", "register", sha256, unit)


def names(keys: Collection[str]) -> frozenset[str]:
    """Those of these objects that are files of registers."""
    hashes = {key.rpartition("/")[2] for key in keys}
    known = Import.objects.filter(sha256__in=list(hashes)).values_list("sha256", flat=True)
    return frozenset(map(_key, known)) & frozenset(keys)


def _key(sha256: str) -> str:
    """As `storage.key_of`, which this package does not import."""
    return f"sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}"
