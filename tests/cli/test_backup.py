"""The commands of backup as their users run them: what they print, and how they end."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.cli.support import Sohoa


def test_a_backup_is_made_listed_and_checked_and_doctor_knows_of_it(ready_home: Path, tmp_path: Path) -> None:
    from pyrage import x25519

    home, place, key = tmp_path / "home", tmp_path / "place", tmp_path / "key.txt"
    shutil.copytree(ready_home, home)
    sohoa, identity = Sohoa(home), x25519.Identity.generate()
    key.write_text(f"# public key: {identity.to_public()}\n{identity}\n")

    nobody = sohoa("backup", place)
    assert (nobody.code, "--recipient" in nobody.err) == (2, True)
    assert sohoa("backup", home / "copy", "--recipient", identity.to_public()).code == 2  # lost with the home
    made = sohoa("backup", place, "--json", SOHOA_BACKUP_RECIPIENTS=str(identity.to_public()))
    assert made.code == 0, made.err
    listed = sohoa("backup", place, "--list", "--json").json
    assert [one["name"] for one in listed] == [made.json["name"]]

    packed = next(iter(sorted((place / "objects").rglob("*.age"))))
    packed.write_bytes(packed.read_bytes()[:-1])
    checked = sohoa("backup", place, "--check", "--identity", key)
    assert checked.code == 5
    assert packed.name in checked.err

    full = sohoa("restore", place, "--identity", key, SOHOA_BACKUP_TARGET="")
    assert (full.code, "--replace" in full.err) == (2, True)
    (home / "restoring").write_text("somewhere")
    half = sohoa("status")
    assert (half.code, "sohoa restore" in half.err) == (4, True)
