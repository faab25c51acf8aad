"""Unpacks a workbook in a process of its own: ``child.py FILE SHEET MEMORY SECONDS ROWS``, rows as lines of JSON.

Threat model: a file from outside that unpacks to terabytes, names a cell in the last corner of a sheet (the library
makes room for all cells in between, and where there is none the process is ended), or never ends. What happens to
this process happens to nobody else; it gets so much memory and time and no more. Macros are not looked at, formulas
are not computed. Accepted risk: a fault in the library that lets a file run code, as the user that reads it.
"""

import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from typing import Any


def _limit(memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _packed(value: Any) -> Any:
    if value == "":
        return None
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, time):
        return {"c": value.isoformat()}
    if isinstance(value, timedelta):
        return str(value)
    return value


def _say(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")


def main() -> None:
    """Write what the sheet is, then each row that is not empty with its number."""
    path, wanted, memory, seconds, most = sys.argv[1:]
    _limit(int(memory), int(seconds))
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        with CalamineWorkbook.from_path(path) as book:
            names = [one.name for one in book.sheets_metadata if str(one.typ).endswith("WorkSheet")]
            if not names or (wanted and wanted not in names):
                _say({"fault": "no_sheet", "sheets": names})
                return
            sheet = book.get_sheet_by_name(wanted or names[0])
            _top, left = sheet.start or (0, 0)
            merged = [[r1, c1, r2, c2] for (r1, c1), (r2, c2) in (sheet.merged_cell_ranges or [])]
            _say({"sheets": names, "sheet": sheet.name, "left": left, "width": sheet.width, "merged": merged})
            for number, row in enumerate(sheet.iter_rows(), start=1):  # also those above the first cell
                if number > int(most):
                    _say({"more": True})
                    break
                cells = [_packed(value) for value in row]
                if any(value is not None for value in cells):
                    _say([number, cells])
            else:
                _say({"end": True})
    except PasswordError:
        _say({"fault": "encrypted"})
    except CalamineError as error:
        _say({"fault": "broken", "why": str(error)[:200]})


if __name__ == "__main__":
    main()
