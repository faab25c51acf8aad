"""What must not stand in a log does not, whichever way it gets there; what helps to find a fault stays."""

from __future__ import annotations

import io
import logging
import subprocess
import sys

import pytest

from core import masking
from core.masking import HIDDEN, mask, without_secrets

TOKEN = "sohoa_" + "aB3_-" * 8 + "xyz"


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("cannot reach postgresql://sohoa:s3cr3t@db:5432/sohoa", "s3cr3t"),
        ("s3://key:pa/ss+word@host:9000/bucket?secure=false", "pa/ss+word"),
        ("connect to postgresql://sohoa:p%40ss:word@db/x failed", "p%40ss:word"),
        (f"call with {TOKEN}", TOKEN),
        ("Authorization: Bearer abcdef0123456789", "abcdef0123456789"),
        ("SOHOA_SMTP_PASSWORD='mật khẩu dài'", "mật khẩu dài"),
        ('{"secret_key": "xyzzy-1"}', "xyzzy-1"),
        ("Cookie: sohoa_session=abc123def; sohoa_language=vi", "abc123def"),
        ("GET /invitations/Mg/c7-abcdef/", "c7-abcdef"),
        ("AGE-SECRET-KEY-1QQPQGZ", "1QQPQGZ"),
        ("số 087185001234 không hợp lệ", "087185001234"),
        ("CMND 341234567.", "341234567"),
        ("CCCD 087 185 001 234, cấp", "185 001"),
        ("087.185.001.234", "185.001"),
        ("GET /?q=nguyen+thi+hoa&unit=H61", "nguyen"),
        ("holder='Nguyễn Thị Hòa', number='577/GPXD'", "Hòa"),
        ("Evidence(holder=Nguyễn Thị Hòa, page=1)", "Hòa"),
        ("persons: ['Nguyễn Văn A', 'Trần B']", "Trần"),
    ],
)
def test_secrets_and_persons_are_gone(text: str, gone: str) -> None:
    assert gone not in mask(text)
    assert HIDDEN in mask(text)
    assert mask(mask(text)) == mask(text)


@pytest.mark.parametrize(
    "text",
    [
        "result 17 of batch 203: 577/GPXD waits",
        "sha256/ab/cd/" + "0123456789" * 6 + "abcd",
        "http://127.0.0.1:9200 does not answer",
        "2026-12-01 02:15:00,123 took 12.345678901 s",
        "1756684800123 ms",
        "see docs/settings.md: SOHOA_DATABASE_URL",
        "unit H61.12.3, dossier H61.12-230420-0001",
    ],
)
def test_what_helps_to_find_a_fault_stays(text: str) -> None:
    assert mask(text) == text


def test_who_may_see_names_is_told_them_but_no_secret() -> None:
    assert without_secrets("Nguyễn Thị Hòa 087185001234 s3://a:b@c/d") == "Nguyễn Thị Hòa 087185001234 s3://***@c/d"


def test_a_filter_masks_messages_arguments_and_tracebacks() -> None:
    logger, out = logging.getLogger("test.masking"), io.StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(masking.Masking())
    logger.addHandler(handler)
    try:
        try:
            raise ValueError(f"holder='Nguyễn Thị Hòa' {TOKEN}")
        except ValueError:
            logger.exception("number %s of %d", "087185001234", 3)
        logger.error("broken %d", "087185001234")
    finally:
        logger.removeHandler(handler)
    told = out.getvalue()
    assert "number *** of 3" in told and "ValueError" in told and "test_masking.py" in told
    assert not any(part in told for part in ("Hòa", TOKEN, "087185001234"))


_PROCESS = """
import logging, threading, warnings
from core import masking
masking.install(); masking.install()
logging.basicConfig(level=logging.INFO, format="%(message)s")
logging.captureWarnings(True)
logging.getLogger("some.library").info("GET %s", "/?q=nguyen+thi+hoa")
warnings.warn("CCCD 087185001234")
thread = threading.Thread(target=lambda: 1 / len("postgresql://a:geheim@b/c" and []))
thread.start(); thread.join()
def fail(): raise RuntimeError("postgresql://a:geheim@b/c")
thread = threading.Thread(target=fail); thread.start(); thread.join()
raise RuntimeError("s3://key:geheim@host/b 087185001234")
"""


def test_a_whole_process_masks_libraries_warnings_threads_and_what_ends_it() -> None:
    done = subprocess.run([sys.executable, "-c", _PROCESS], capture_output=True, text=True, check=False)
    told = done.stdout + done.stderr
    assert done.returncode == 1
    assert "ZeroDivisionError" in told and "RuntimeError" in told and "GET /?q=***" in told
    assert "s3://***@host/b ***" in told
    # a traceback quotes the line of the program, which is no secret: only what ran
    assert "nguyen" not in told and "087185001234" not in told
