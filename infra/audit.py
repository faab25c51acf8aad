"""``./run audit``: are faults known in the packages that we lock, and are all of their licences such as we may use?

Exit code 0: nothing found, or nothing that is not accepted until a later day; 1: something was found; 3: NOT AUDITED,
since the source of advisories could not be reached (a check that was skipped is not one that passed).
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LOCK = HERE / "requirements.lock"
ACCEPTED = HERE / "audit-accepted.toml"
NOT_AUDITED = 3
_PATIENCE = 120
_FORBIDDEN = re.compile(r"\bAGPL|Affero|SSPL|Commons Clause|Business Source", re.IGNORECASE)
"""Licences that would bind whoever serves our pages, or forbid an office to use them."""


def findings(told: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Package, version and id of each fault that pip-audit tells of."""
    return [
        (str(package["name"]), str(package.get("version", "")), str(fault["id"]))
        for package in told["dependencies"]
        for fault in package.get("vulns", [])
    ]


def unasked(told: Mapping[str, Any]) -> bool:
    """Whether a package was skipped: pip-audit tells of that, and of "no known vulnerabilities", in one breath."""
    return not told["dependencies"] or any("skip_reason" in package for package in told["dependencies"])


def open_ones(found: Iterable[tuple[str, str, str]], accepted: Mapping[str, Any], day: date) -> list[str]:
    """What of it nobody accepted, or not any longer on `day`, a line each."""
    lines = []
    for package, version, fault in found:
        entry = accepted.get(fault)
        if entry is None:
            lines.append(f"{package} {version}: {fault}")
        elif entry["until"] < day:
            lines.append(f"{package} {version}: {fault}, accepted until {entry['until']:%Y-%m-%d} only")
    return lines


def accepted(text: str) -> dict[str, Any]:
    """The faults that are accepted; ValueError for an entry without reason or day."""
    entries = tomllib.loads(text)
    for fault, entry in entries.items():
        if not str(entry.get("reason", "")).strip() or not isinstance(entry.get("until"), date):
            raise ValueError(f"{fault}: needs a reason and a day `until`")
    return entries


def licences() -> list[str]:
    """Installed packages whose licence we may not use, a line each."""
    lines = []
    for package in importlib.metadata.distributions():
        told = package.metadata
        kinds = [told.get("License-Expression") or "", *(told.get_all("Classifier") or [])]
        short = (told.get("License") or "").splitlines()[:1]
        if any(_FORBIDDEN.search(kind) for kind in (*kinds, *short)):
            lines.append(f"{told['Name']} {package.version}: {_FORBIDDEN.pattern}")
    return lines


def _asked() -> Mapping[str, Any] | None:
    """What pip-audit says of the lock; None where it could not ask."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--disable-pip", "--require-hashes"]
    more = ["--format", "json", "--progress-spinner", "off", "--timeout", "10"]
    try:
        done = subprocess.run([*command, *more], capture_output=True, text=True, timeout=_PATIENCE, check=False)
        told = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return None
    if not isinstance(told, dict) or "dependencies" not in told:
        return None
    return None if unasked(told) else told


def main() -> int:
    """Audit, and say what came of it."""
    wrong = [f"licence: {line}" for line in licences()]
    told = _asked()
    if told is not None:
        wrong += open_ones(findings(told), accepted(ACCEPTED.read_text("utf-8")), date.today())
    for line in wrong:
        print(f"FOUND  {line}")
    if told is None:
        print("NOT AUDITED: the source of advisories cannot be reached from here. Run ./run audit where it can.")
        return 1 if wrong else NOT_AUDITED
    if not wrong:
        print(f"audited: {len(told['dependencies'])} packages, nothing that is not accepted")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
