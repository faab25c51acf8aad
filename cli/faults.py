"""How the command ends when something goes wrong: one line, an exit code, never a traceback.

An error that we know (`SohoaError`) says what happened and what to do. Anything else is a fault of
ours: its traceback goes to a file under ``SOHOA_HOME/logs`` and the line says where.
"""

from __future__ import annotations

import errno
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cli.terminal import note
from cli.texts import _
from core import masking
from core.errors import SohoaError, StorageError, UsageError

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells count it."""
_BROKEN_PIPE = 141
_USAGE_ERRNOS = {errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EROFS}


def guarded(work: Callable[[], object]) -> int:
    """Run `work` and return the exit code of the process. What is logged meanwhile is masked."""
    masking.install()
    try:
        work()
        sys.stdout.flush()
    except SohoaError as error:
        return _told(str(error), error.exit_code)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _silence_stdout()
        return _BROKEN_PIPE
    except SystemExit as leaving:
        return _code_of(leaving)
    except OSError as error:
        return _os_error(error)
    except Exception as error:
        return _told(unexpected(error), 1)
    return 0


def _told(message: str, code: int) -> int:
    note(_("Error: {message}").format(message=masking.without_secrets(message)))
    return code


def _code_of(leaving: SystemExit) -> int:
    if leaving.code is None:
        return 0
    return leaving.code if isinstance(leaving.code, int) else 1


def _os_error(error: OSError) -> int:
    where = f"{error.filename}: " if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        text = _("{where}the disk is full: make room and run the command again")
        return _told(text.format(where=where), StorageError.exit_code)
    if error.errno in _USAGE_ERRNOS and error.filename:
        return _told(f"{where}{error.strerror}", UsageError.exit_code)
    return _told(unexpected(error), 1)


def unexpected(error: Exception) -> str:
    """Log a fault of ours with its traceback; returns the line for people that says where."""
    path = _log_traceback(error)
    text = _("Something unexpected happened ({kind}). The details are in {path}; please report them.")
    return text.format(kind=type(error).__name__, path=path)


def _log_traceback(error: Exception) -> Path:
    """Write the traceback where only the user can read it; beside the temporary files if home cannot be written."""
    name = f"error-{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{os.getpid()}.log"
    home = Path(os.environ.get("SOHOA_HOME", "~/sohoa")).expanduser().absolute()
    lines = [masking.mask(line) for line in traceback.format_exception(error)]
    for folder in (home / "logs", Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError:
            continue
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as log:
            log.writelines(lines)
        return folder / name
    sys.stderr.writelines(lines)
    return Path(os.devnull)


def _silence_stdout() -> None:
    """Give standard output somewhere to go, so that the interpreter does not complain when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
