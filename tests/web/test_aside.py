"""Folders of single answers: gone with them, and cleared away where a process was killed."""

from __future__ import annotations

import os
import time
from pathlib import Path

from web import aside, services


def test_a_folder_is_gone_with_its_block(home: Path) -> None:
    with aside.folder() as folder:
        (folder / "file").write_bytes(b"x")
    assert not folder.exists()


def test_only_what_was_left_long_ago_is_cleared_away(home: Path) -> None:
    assert aside.clear_away() == 0, "there is no folder yet"
    with aside.folder() as busy:
        above = busy.parent
        for name in ("in-old", "aside-old", aside.SHELF):
            (above / name).mkdir()
            (above / name / "file").write_bytes(b"x")
        (above / "loose").write_bytes(b"x")
        (above / "link").symlink_to(home)
        long_ago = time.time() - 2 * 24 * 3600
        for path in above.iterdir():
            if path != busy:
                os.utime(path, (long_ago, long_ago), follow_symlinks=False)
        assert aside.clear_away() == 4
        assert {path.name for path in above.iterdir()} == {busy.name, aside.SHELF}
    assert home.is_dir()


def test_the_shelf_has_a_folder_of_its_own(site: Path) -> None:
    with aside.folder() as folder:
        assert services.shelf()._folder == folder.parent / aside.SHELF
