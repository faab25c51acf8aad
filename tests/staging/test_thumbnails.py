"""Old pictures go, folder by folder; what was made lately stays."""

from __future__ import annotations

import os
import time
from pathlib import Path

from staging import thumbnails

DAY = 86_400


def test_old_pictures_go_when_it_is_their_folders_turn(home: Path) -> None:
    made = [thumbnails.path(sha256 * 32, 1) for sha256 in ("0a", "0b")]
    made.append(thumbnails.path("0a" * 32, 2))
    for file in made:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x")
    now = time.time()
    for file in made[:2]:
        os.utime(file, (now - (thumbnails.KEPT_DAYS + 1) * DAY,) * 2)
    assert thumbnails.clear_away(0x0A, now) == 1
    assert [file.exists() for file in made] == [False, True, True]
    assert thumbnails.clear_away(0x0A + 256, now) == 0, "nothing is left there"
    assert thumbnails.clear_away(0x0B, now) == 1
    assert thumbnails.clear_away(0xFF, now) == 0, "a folder that was never made"
