"""What veraPDF says of files: many in one run of its program. Who cannot be asked has not said yes."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

_LINE = re.compile(r"^(PASS|FAIL) (.+) 2b$", re.MULTILINE)


class Verdict(StrEnum):
    """Whether a file conforms to PDF/A-2b."""

    VALID = "valid"
    INVALID = "invalid"
    UNKNOWN = "unknown"
    """Nobody looked: no validator, one that failed, or one that did not mention the file."""


def verdicts(jar: Path, paths: Sequence[Path], seconds: float = 240) -> dict[Path, Verdict]:
    """The verdict of the veraPDF in `jar` on each file; `paths` must be absolute."""
    command = ["java", "-cp", str(jar), "org.verapdf.apps.GreenfieldCliWrapper", "-f", "2b", "--format", "text"]
    try:
        done = subprocess.run(
            [*command, *map(str, paths)], capture_output=True, text=True, timeout=seconds, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return dict.fromkeys(paths, Verdict.UNKNOWN)
    said = {Path(name): word for word, name in _LINE.findall(done.stdout)}
    words = {"PASS": Verdict.VALID, "FAIL": Verdict.INVALID}
    return {path: words[said[path]] if path in said else Verdict.UNKNOWN for path in paths}
