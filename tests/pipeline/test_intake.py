"""The door: what must be refused is refused with one clear line and leaves nothing behind."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from core.errors import StorageError
from pipeline import intake
from pipeline.intake import Limits, RefusedFile
from pipeline.names import MOST_CHARACTERS, display_name
from pipeline.records import MediaType
from pipeline.sandbox import Sandbox
from tests.pipeline import making


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return tmp_path / "work"


@pytest.fixture
def refused(work: Path) -> Callable[..., RefusedFile]:
    def check(path: Path, reason: str, limits: Limits | None = None) -> RefusedFile:
        """`path` is refused for `reason`, in one line that says the name, and no copy is left."""
        with pytest.raises(RefusedFile) as caught:
            intake.inspect(path, path.name, limits or Limits(), work)
        error = caught.value
        assert error.reason == reason
        assert len(str(error).splitlines()) == 1
        assert str(error).count(": ") >= 2, "what, why, what to do"
        assert not work.exists() or not list(work.iterdir())
        return error

    return check


def test_a_good_file_is_copied_hashed_and_told_by_its_content(tmp_path: Path, work: Path) -> None:
    source = making.pdf_of([making.printed(), making.printed()], tmp_path / "misnamed.jpg")
    scan = intake.inspect(source, source.name, Limits(), work)
    assert (scan.media_type, scan.pages, scan.name) == (MediaType.PDF, 2, "misnamed.jpg")
    assert scan.path.parent == work
    assert scan.path.stat().st_mode & 0o077 == 0, "a private copy"
    assert scan.path.read_bytes() == source.read_bytes()
    assert (scan.size, scan.sha256) == (source.stat().st_size, hashlib.sha256(source.read_bytes()).hexdigest())


@pytest.mark.parametrize("kind", ["TIFF", "PNG", "JPEG"])
def test_pictures_are_taken_in_with_all_their_frames(tmp_path: Path, work: Path, kind: str) -> None:
    path = tmp_path / "picture"
    frames = {"save_all": True, "append_images": [making.paper()]} if kind == "TIFF" else {}
    making.printed().save(path, kind, **frames)
    scan = intake.inspect(path, path.name, Limits(), work)
    assert scan.media_type.name == kind
    assert scan.pages == (2 if kind == "TIFF" else 1)


def test_an_empty_file(tmp_path: Path, refused: Callable[..., RefusedFile]) -> None:
    path = tmp_path / "empty.pdf"
    path.touch()
    assert refused(path, "empty").sha256 == hashlib.sha256(b"").hexdigest()


def test_text_renamed_to_pdf(tmp_path: Path, refused: Callable[..., RefusedFile]) -> None:
    path = tmp_path / "letter.pdf"
    path.write_text("Kính gửi: Ủy ban nhân dân huyện", encoding="utf-8")
    error = refused(path, "unknown-type")
    assert error.size == path.stat().st_size
    assert error.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.995])
def test_a_truncated_pdf(tmp_path: Path, refused: Callable[..., RefusedFile], share: float) -> None:
    whole = making.pdf_of([making.printed()], tmp_path / "whole.pdf").read_bytes()
    path = tmp_path / "cut.pdf"
    path.write_bytes(whole[: int(len(whole) * share)])
    refused(path, "truncated")


def test_a_pdf_whose_table_of_contents_is_off_but_that_is_whole(tmp_path: Path, work: Path) -> None:
    """Many programs write wrong offsets; every viewer opens such files, so we do."""
    whole = making.pdf_of([making.printed()], tmp_path / "whole.pdf").read_bytes()
    path = tmp_path / "off.pdf"
    first = whole.index(b"1 0 obj")
    path.write_bytes(whole[:first] + b"% some words that move all that follows\n" + whole[first:])
    assert intake.inspect(path, path.name, Limits(), work).pages == 1


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_a_truncated_picture(tmp_path: Path, refused: Callable[..., RefusedFile], kind: str) -> None:
    path = tmp_path / "cut"
    making.printed().save(path, kind, **({"compression": "jpeg"} if kind == "TIFF" else {}))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    refused(path, "broken")


@pytest.mark.parametrize("kind", ["DCTDecode", "FlateDecode"])
def test_a_pdf_with_a_broken_picture(tmp_path: Path, refused: Callable[..., RefusedFile], kind: str) -> None:
    page = making.printed()
    data = making.jpeg(page) if kind == "DCTDecode" else zlib.compress(page.tobytes())
    pdf = pikepdf.new()
    making.add_jpeg_page(pdf, making.jpeg(page))
    pdf.pages[0].Resources.XObject.Im0.write(data[: len(data) // 5], filter=pikepdf.Name("/" + kind))
    pdf.save(tmp_path / "broken.pdf", compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    refused(tmp_path / "broken.pdf", "broken")


def test_an_encrypted_pdf_is_refused_but_one_that_opens_without_password_is_not(
    tmp_path: Path, work: Path, refused: Callable[..., RefusedFile]
) -> None:
    making.pdf_of([making.printed()], tmp_path / "plain.pdf")
    with pikepdf.open(tmp_path / "plain.pdf") as pdf:
        pdf.save(tmp_path / "closed.pdf", encryption=pikepdf.Encryption(user="bí mật", owner="x"))
        pdf.save(tmp_path / "open.pdf", encryption=pikepdf.Encryption(user="", owner="x"))
    refused(tmp_path / "closed.pdf", "encrypted")
    assert intake.inspect(tmp_path / "open.pdf", "open.pdf", Limits(), work).pages == 1


def test_a_pdf_without_pages(tmp_path: Path, refused: Callable[..., RefusedFile]) -> None:
    pikepdf.new().save(tmp_path / "none.pdf")
    refused(tmp_path / "none.pdf", "no-pages")


def test_a_pdf_that_declares_100000_pages(tmp_path: Path, refused: Callable[..., RefusedFile]) -> None:
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"
    for count, reason in (
        (100_000, "too-many-pages"),
        (2_000_000_000, "too-many-pages"),
        (3, "broken"),
        (-1, "broken"),
    ):
        tree = f"<< /Type /Pages /Kids [3 0 R] /Count {count} >>"
        path = making.raw_pdf({1: "<< /Type /Catalog /Pages 2 0 R >>", 2: tree, 3: page}, tmp_path / "lie.pdf")
        refused(path, reason)


def test_a_pdf_with_100000_real_pages(tmp_path: Path, refused: Callable[..., RefusedFile]) -> None:
    kids = " ".join(f"{n} 0 R" for n in range(3, 100_003))
    pages = {n: "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>" for n in range(3, 100_003)}
    tree = f"<< /Type /Pages /Kids [{kids}] /Count 1 >>"
    objects = {1: "<< /Type /Catalog /Pages 2 0 R >>", 2: tree} | pages
    refused(making.raw_pdf(objects, tmp_path / "many.pdf"), "too-many-pages")


def test_a_pdf_whose_page_tree_runs_in_a_circle(tmp_path: Path, refused: Callable[..., RefusedFile]) -> None:
    for tree in ("<< /Type /Pages /Kids [2 0 R] /Count 1 >>", "<< /Type /Pages /Kids [2 0 R 2 0 R 2 0 R] /Count 9 >>"):
        path = making.raw_pdf({1: "<< /Type /Catalog /Pages 2 0 R >>", 2: tree}, tmp_path / "ring.pdf")
        refused(path, "broken")


def test_a_page_of_two_by_two_kilometres(tmp_path: Path, refused: Callable[..., RefusedFile]) -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(14_400, 14_400)).MediaBox = [0, 0, 5_669_291, 5_669_291]
    pdf.save(tmp_path / "map.pdf")
    refused(tmp_path / "map.pdf", "too-many-pixels")


def test_content_that_swells_a_thousandfold(tmp_path: Path, refused: Callable[..., RefusedFile]) -> None:
    pdf = pikepdf.new()
    page = pdf.add_blank_page()
    page.Contents = pdf.make_stream(b"")
    page.Contents.write(zlib.compress(b"q " * 200_000_000, 9), filter=pikepdf.Name.FlateDecode)
    pdf.save(tmp_path / "bomb.pdf", compress_streams=False)
    assert (tmp_path / "bomb.pdf").stat().st_size < 2_000_000
    refused(tmp_path / "bomb.pdf", "bomb")


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "PDF"])
def test_a_picture_of_30000_by_30000(tmp_path: Path, refused: Callable[..., RefusedFile], kind: str) -> None:
    path = tmp_path / "huge"
    huge = Image.new("1", (30_000, 30_000), 1)
    if kind == "PDF":
        pdf = pikepdf.new()
        making.add_jpeg_page(pdf, making.jpeg(making.printed()))
        pdf.pages[0].Resources.XObject.Im0.Width = pdf.pages[0].Resources.XObject.Im0.Height = 30_000
        pdf.save(path)
    else:
        huge.save(path, kind, **({"compression": "group4"} if kind == "TIFF" else {}))
    started = time.monotonic()
    assert "30000 × 30000" in str(refused(path, "too-many-pixels"))
    assert time.monotonic() - started < 5, "told from the header, without decoding"


def test_limits_are_kept(tmp_path: Path, refused: Callable[..., RefusedFile]) -> None:
    path = making.pdf_of([making.printed()] * 3, tmp_path / "three.pdf")
    refused(path, "too-big", Limits(bytes=1000))
    refused(path, "too-many-pages", Limits(pages=2))
    refused(path, "too-many-pixels", Limits(pixels=1_000_000))


def test_what_is_no_file(tmp_path: Path, refused: Callable[..., RefusedFile]) -> None:
    good = making.pdf_of([making.printed()], tmp_path / "good.pdf")
    os.mkfifo(tmp_path / "pipe.pdf")
    (tmp_path / "link.pdf").symlink_to(good)
    (tmp_path / "folder.pdf").mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket.pdf"))
        refused(tmp_path / "socket.pdf", "not-a-file")
    refused(tmp_path / "pipe.pdf", "not-a-file")
    refused(tmp_path / "folder.pdf", "not-a-file")
    refused(tmp_path / "link.pdf", "link")
    refused(tmp_path / "missing.pdf", "gone")
    refused(Path("/dev/zero"), "not-a-file")


def test_a_file_without_permission(tmp_path: Path) -> None:
    path = making.pdf_of([making.printed()], tmp_path / "closed.pdf")
    path.chmod(0)
    user = os.geteuid()
    with tempfile.TemporaryDirectory() as work:
        Path(work).chmod(0o777)
        if user == 0:  # root may read everything, so be somebody else
            os.seteuid(65534)
        try:
            with pytest.raises(RefusedFile) as caught:
                intake.inspect(path, path.name, Limits(), Path(work))
        finally:
            os.seteuid(user)
        assert caught.value.reason == "unreadable"
        assert not list(Path(work).iterdir())


def test_a_file_that_changes_while_it_is_read(
    tmp_path: Path, refused: Callable[..., RefusedFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = making.pdf_of([making.printed()], tmp_path / "growing.pdf")
    read = intake._read

    def read_while_written(source: object, name: str) -> bytes:
        chunk = read(source, name)  # type: ignore[arg-type]
        if not chunk:
            with path.open("ab") as writer:
                writer.write(b"more")
        return chunk

    monkeypatch.setattr(intake, "_read", read_while_written)
    refused(path, "changed")


def test_a_full_disk(tmp_path: Path) -> None:
    """A limit on the size of files makes the real write fail, as a full disk does."""
    path = making.pdf_of([making.printed()], tmp_path / "file.pdf")
    work = tmp_path / "work"
    program = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from pipeline import intake\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))\n"
        "try:\n"
        "    intake.inspect(Path(sys.argv[1]), 'file.pdf', intake.Limits(), Path(sys.argv[2]))\n"
        "except intake.StorageError as error:\n"
        "    print(error)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program, str(path), str(work)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(root)},
        timeout=60,
    )
    assert "file.pdf: no room left" in done.stdout
    assert not list(work.iterdir())


def test_a_work_folder_that_cannot_be_made(tmp_path: Path) -> None:
    path = making.pdf_of([making.printed()], tmp_path / "file.pdf")
    (tmp_path / "occupied").write_text("a file, where the folder should be")
    with pytest.raises(StorageError, match="cannot be copied"):
        intake.inspect(path, path.name, Limits(), tmp_path / "occupied" / "work")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("a\nb.pdf", "a�b.pdf"),
        ("C:\\quét\\hồ sơ.pdf", "hồ sơ.pdf"),
        ("\udcff\udcfe.pdf", "��.pdf"),
        ("Ho\u0302\u0300 so\u031b.pdf", "Hồ sơ.pdf"),
        ("gpj\u202efdp.exe", "gpj�fdp.exe"),
        ("..", "unnamed"),
        ("", "unnamed"),
        ("   ", "unnamed"),
    ],
)
def test_names_are_made_safe_to_show(name: str, shown: str) -> None:
    assert display_name(name) == shown


def test_a_very_long_name_keeps_its_ending() -> None:
    shown = display_name("x" * 5000 + ".pdf")
    assert len(shown) == MOST_CHARACTERS
    assert shown.endswith("….pdf")


def test_a_name_with_a_newline_stays_one_line_in_the_refusal(
    tmp_path: Path, refused: Callable[..., RefusedFile]
) -> None:
    path = tmp_path / "two\nlines.pdf"
    path.write_text("x")
    refused(path, "unknown-type")


def test_a_process_that_hangs_or_dies_is_replaced(tmp_path: Path) -> None:
    """A file that takes for ever is refused; the next one finds a new process."""
    good = making.pdf_of([making.printed()], tmp_path / "good.pdf")
    sandbox = Sandbox(seconds=0.5)
    try:
        assert sandbox.probe(good, MediaType.PDF, 10, 10**8).pages == 1
        hung = sandbox._ready()
        os.kill(hung.pid, signal.SIGSTOP)
        assert sandbox.probe(good, MediaType.PDF, 10, 10**8).reason == "too-slow"
        assert hung.poll() is not None
        dead = sandbox._ready()
        dead.kill()
        dead.wait()
        assert sandbox.probe(good, MediaType.PDF, 10, 10**8).pages == 1
    finally:
        sandbox.close()
