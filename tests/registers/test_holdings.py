"""Files of registers are objects that rows name: no look over the store takes them for strays."""

from __future__ import annotations

import hashlib
from pathlib import Path

from catalog import disposal, holdings
from core.settings import settings
from registers.models import Import
from storage import key_of, open_store
from tests.registers.support import sheet, take


def test_the_file_of_a_register_is_named_by_its_import(register: str, tmp_path: Path) -> None:
    path = sheet(tmp_path)
    take(path)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    key = open_store(settings().storage).put(path, sha256, "application/octet-stream")
    made = Import.objects.get()
    found = [named for named in holdings.named() if named.key == key]
    assert [(named.subject, named.sha256) for named in found] == [(f"register-import:{made.pk}", sha256)]
    other = key_of("0" * 64)
    assert frozenset().union(*(names([key, other]) for names in disposal.namers())) == {key}
