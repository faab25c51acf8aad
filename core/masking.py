"""What must not stand in a log: secrets, and what tells who a paper is about.

Threat model: logs are read by more people than the catalog is, are sent to other machines, and are kept. So every
record is masked where it is made, whichever logger, library or handler it belongs to (`install`), and so are
tracebacks. Accepted: a name in the middle of a sentence cannot be told from other words; our own messages therefore
name things by number (``result 17``), and names are masked where it is known that one follows (``holder=…``). Any
number of 9 or 12 digits is taken for an identity number, also where it is a size.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from types import TracebackType
from typing import Any, Final

HIDDEN: Final = "***"
"""What stands in a log instead."""
_SECRETS: Final = (
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]{1,30}://)[^\s/@'\"<>]*:[^\s@'\"<>]*@"), rf"\1{HIDDEN}@"),
    (re.compile(r"\bsohoa_[A-Za-z0-9_-]{43}"), f"sohoa_{HIDDEN}"),
    (re.compile(r"\bAGE-SECRET-KEY-[A-Z0-9]+"), f"AGE-SECRET-KEY-{HIDDEN}"),
    (re.compile(r"(?i)\b(bearer|basic)(\s+)[A-Za-z0-9._~+/=-]{8,}"), rf"\1\2{HIDDEN}"),
    (
        re.compile(
            r"(?i)\b((?:[a-z0-9]+[_-])*(?:password|passwd|passphrase|secret|secret_key|access_key|api_key|pin|token"
            r"|sessionid|sohoa_session|sohoa_csrf|csrfmiddlewaretoken))"
            r"([\"']?\s*[=:]\s*)(?:\"[^\"]*\"|'[^']*'|[^\s,;&)}\]\"']+)"
        ),
        rf"\1\2{HIDDEN}",
    ),
    (re.compile(r"(/(?:invitations|first|begin)/)[^\s\"'<>]+"), rf"\1{HIDDEN}"),
)
_PERSONAL: Final = (
    # what was asked for: queries hold names, and signatures of signed addresses
    (re.compile(r"([?&][\w.%\[\]-]{1,60}=)[^\s&\"'<>)]+"), rf"\1{HIDDEN}"),
    (
        re.compile(
            r"(?i)\b((?:holder|full_name|fullname|person|persons|signer|subject|father|mother|holder_id|id_number"
            r"|ids|address|recipient|họ và tên|họ tên|ông|bà)[\"']?\s*[=:]\s*)"
            r"(?:\"[^\"]*\"|'[^']*'|\[[^\]]*\]|\{[^}]*\}|[^\n,;)}\]\"']+)"
        ),
        rf"\1{HIDDEN}",
    ),
    # CMND (9 digits) and CCCD (12), also in groups; neither a part of a longer number nor of a hash
    (re.compile(r"(?<![\w.:/-])\d{3}([ .]?)\d{3}\1\d{3}(?:\1\d{3})?(?![\w-]|[.:]\d)"), HIDDEN),
)


def without_secrets(text: str) -> str:
    """`text` without passwords, tokens and keys, for people who may know whom a paper is about."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


def mask(text: str) -> str:
    """`text` without secrets and without what tells who a paper is about: for logs."""
    text = without_secrets(text)
    for pattern, instead in _PERSONAL:
        text = pattern.sub(instead, text)
    return text


class Masking(logging.Filter):
    """Masks a record, its traceback included; for handlers of processes that are not ours from the start."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record passes, masked."""
        mask_record(record)
        return True


def mask_record(record: logging.LogRecord) -> None:
    """Mask the message and the traceback of `record` in place; a second time changes nothing."""
    try:
        said = record.getMessage()
    except Exception:  # arguments that do not fit: logging tells of that by itself, without the arguments
        said = str(record.msg)
        record.args = ()
    masked = mask(said)
    if masked != said or not isinstance(record.msg, str):
        record.msg, record.args = masked, ()
        record.__dict__.pop("color_message", None)  # uvicorn's second form of the same
    if isinstance(record.exc_info, tuple) and record.exc_info[0] is not None:
        record.exc_text = mask("".join(traceback.format_exception(*record.exc_info)).rstrip("\n"))
        record.exc_info = None


def install() -> None:
    """From now on every record of this process is masked when it is made, and what ends a thread as well."""
    made = logging.getLogRecordFactory()
    if getattr(made, "masks", False):
        return

    def masked(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = made(*args, **kwargs)
        mask_record(record)
        return record

    masked.masks = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(masked)
    sys.excepthook = _uncaught
    threading.excepthook = _thread_ended


def _uncaught(kind: type[BaseException], error: BaseException, place: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, place)
        return
    sys.stderr.write(mask("".join(traceback.format_exception(kind, error, place))))


def _thread_ended(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
        _uncaught(args.exc_type, args.exc_value, args.exc_traceback)
