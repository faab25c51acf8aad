"""Archive files: valid PDF/A-2b, pictures untouched, text on the print, the same bytes every time."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pdfplumber
import pikepdf
import pypdfium2 as pdfium
import pytest
from PIL import Image

from core.errors import StorageError
from ocr.records import Box, Engine, Reading, Word
from pipeline import archive
from pipeline.records import (
    ArchiveFile,
    Assessment,
    DocumentPages,
    Evidence,
    Field,
    PageKind,
    Scan,
    SurveyedPage,
)
from tests.pipeline import making
from tests.verapdf import Verdict, verdicts

TITLE = Assessment(
    (
        Field("document_type", "Quyết định", 0.9, Evidence(1, None, "")),
        Field("number", "12/QĐ-UBND", 0.9, Evidence(1, None, "")),
        Field("issue_date", "2019-03-05", 0.9, Evidence(1, None, "")),
    ),
    (),
)


def reading(page: int, size: tuple[int, int] = making.A4, rotation: int = 0, skew: float = 0.0) -> Reading:
    """Words of making.TEXT on a grid over the upright page."""
    words = []
    for line, text in enumerate(making.TEXT):
        for place, word in enumerate(text.split()[:6]):
            left, top = 120 + place * 220, 150 + line * 90 + place * 220 * skew / 57.3
            words.append(Word(word, Box(left, top, left + 26 * len(word), top + 44), 0.9, line, 0))
    return Reading(page, *size, 200, rotation, skew, tuple(words), Engine("test", "", ""))


def write(scan: Scan, to: Path, *readings: Reading) -> ArchiveFile:
    document = DocumentPages(1, tuple(SurveyedPage(r.page, PageKind.TEXT) for r in readings))
    return archive.write(scan, document, readings, TITLE, to)


def assert_words_lie_in_their_boxes(path: Path, readings: tuple[Reading, ...]) -> None:
    with pdfplumber.open(path) as pdf:
        for page, read in zip(pdf.pages, readings, strict=True):
            found = page.extract_words(use_text_flow=True)
            assert [w["text"] for w in found] == [w.text for w in read.words]
            scale = float(page.width) / read.width, float(page.height) / read.height
            for word, expected in zip(found, read.words, strict=True):
                middle = (word["x0"] + word["x1"]) / 2 / scale[0], (word["top"] + word["bottom"]) / 2 / scale[1]
                assert middle[0] == pytest.approx(expected.box.centre[0], abs=4)
                assert middle[1] == pytest.approx(expected.box.centre[1], abs=6)
                assert (word["x1"] - word["x0"]) / scale[0] == pytest.approx(expected.box.width, rel=0.05)


def assert_valid(jar: Path, *paths: Path) -> None:
    assert verdicts(jar, paths) == dict.fromkeys(paths, Verdict.VALID)


def sources(folder: Path) -> dict[str, Path]:
    """A scan of every kind that the archive treats in its own way."""
    folder.mkdir(exist_ok=True)
    page = making.printed()
    made = {name: folder / name for name in ("rgb.jpg", "grey.jpg", "turned.jpg", "jpeg.tif", "lzw.tif", "bits.tif",
                                             "alpha.png", "bits.png", "deep.png", "palette.png")}  # fmt: skip
    made["rgb.jpg"].write_bytes(making.jpeg(page))
    made["grey.jpg"].write_bytes(making.jpeg(page.convert("L")))
    exif = Image.Exif()
    exif[0x0112] = 6
    made["turned.jpg"].write_bytes(making.jpeg(page, exif=exif))
    page.save(made["jpeg.tif"], compression="jpeg")
    page.save(made["lzw.tif"], compression="tiff_lzw")
    page.convert("1").save(made["bits.tif"], compression="group4")
    page.convert("RGBA").save(made["alpha.png"])
    page.convert("1").save(made["bits.png"])
    Image.fromarray(np.asarray(page.convert("L")).astype(np.uint16) * 257).save(made["deep.png"])
    page.convert("P").save(made["palette.png"])
    for rotate in (0, 90, 180, 270):
        made[f"turned-{rotate}.pdf"] = making.pdf_of([page], folder / f"turned-{rotate}.pdf", rotate)
    made["cmyk.pdf"] = making.pdf_of([making.jpeg(page.convert("CMYK"))], folder / "cmyk.pdf")
    made["flate.pdf"] = folder / "flate.pdf"
    with pikepdf.open(made["turned-0.pdf"]) as pdf:
        pdf.pages[0].Resources.XObject.Im0.write(page.tobytes())
        pdf.save(made["flate.pdf"])
    made["hostile.pdf"] = hostile(made["turned-0.pdf"], folder / "hostile.pdf")
    return made


def hostile(source: Path, to: Path) -> Path:
    """A scan with all that PDF/A forbids around the picture: scripts, files, forms, interpolation."""
    with pikepdf.open(source) as pdf:
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=b"app.alert('x')")
        pdf.Root.OpenAction = script
        pdf.Root.AA = pikepdf.Dictionary(WC=script)
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[], NeedAppearances=True)
        pdf.attachments["virus.exe"] = b"MZ"
        pdf.pages[0].AA = pikepdf.Dictionary(O=script)
        pdf.pages[0].Resources.XObject.Im0.Interpolate = True
        pdf.docinfo["/Author"] = "someone"
        pdf.save(to)
    return to


def size_of(path: Path) -> tuple[int, int]:
    """Size of the page as it is shown."""
    return making.A4[::-1] if path.name in ("turned.jpg", "turned-90.pdf", "turned-270.pdf") else making.A4


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Scan, ArchiveFile, Reading]]:
    """Each source with the archive file made of it."""
    folder = tmp_path_factory.mktemp("archive")
    found = {}
    for name, path in sources(folder / "sources").items():
        scan, read = making.scan_of(path, folder / "work"), reading(1, size_of(path))
        found[name] = scan, write(scan, folder / f"{name}.pdf", read), read
    return found


def test_every_kind_of_scan_becomes_a_valid_pdfa(
    made: dict[str, tuple[Scan, ArchiveFile, Reading]], verapdf_jar: Path
) -> None:
    assert_valid(verapdf_jar, *(file.path for _, file, _ in made.values()))


def test_what_is_drawn_is_what_was_scanned(made: dict[str, tuple[Scan, ArchiveFile, Reading]]) -> None:
    upright = np.asarray(making.printed().convert("L")).astype(int)
    turns = {"turned.jpg": 3, "turned-90.pdf": 3, "turned-180.pdf": 2, "turned-270.pdf": 1}
    for name, (_, file, _) in made.items():
        drawn = (
            pdfium.PdfDocument(file.path)[0]
            .render(scale=200 / 72)
            .to_pil()
            .convert("L")
            .resize(upright.shape[::-1] if turns.get(name, 0) % 2 == 0 else upright.shape)
        )
        expected = np.rot90(upright, turns.get(name, 0))
        assert float(np.abs(np.asarray(drawn).astype(int) - expected).mean()) < 4, name


def test_words_lie_on_the_print_for_every_kind_of_scan(made: dict[str, tuple[Scan, ArchiveFile, Reading]]) -> None:
    for _, file, read in made.values():
        assert_words_lie_in_their_boxes(file.path, (read,))


def test_jpegs_and_fax_data_are_untouched(made: dict[str, tuple[Scan, ArchiveFile, Reading]]) -> None:
    for name in ("rgb.jpg", "grey.jpg", "turned.jpg"):
        scan, file, _ = made[name]
        with pikepdf.open(file.path) as pdf:
            assert pdf.pages[0].Resources.XObject.Im0.read_raw_bytes() == scan.path.read_bytes()
    for name in ("turned-0.pdf", "turned-90.pdf"):
        scan, file, _ = made[name]
        with pikepdf.open(file.path) as pdf, pikepdf.open(scan.path) as source:
            kept, original = pdf.pages[0].Resources.XObject.Im0, source.pages[0].Resources.XObject.Im0
            assert kept.read_raw_bytes() == original.read_raw_bytes()


@pytest.mark.parametrize("name", ["bits.tif", "bits.png", "lzw.tif", "deep.png"])
def test_other_pictures_keep_their_pixels(made: dict[str, tuple[Scan, ArchiveFile, Reading]], name: str) -> None:
    scan, file, _ = made[name]
    with pikepdf.open(file.path) as pdf, Image.open(scan.path) as original:
        image = pdf.pages[0].Resources.XObject.Im0
        stored = np.asarray(pikepdf.PdfImage(image).as_pil_image().convert("RGB"))
        if original.mode.startswith("I"):
            original_pixels = np.repeat((np.asarray(original) // 257)[:, :, None], 3, axis=2)
        else:
            original_pixels = np.asarray(original.convert("RGB"))
        assert np.array_equal(stored, original_pixels)


def test_archive_files_are_about_as_big_as_what_was_scanned(made: dict[str, tuple[Scan, ArchiveFile, Reading]]) -> None:
    for name in ("rgb.jpg", "jpeg.tif", "turned-90.pdf"):
        scan, file, _ = made[name]
        assert file.size <= 1.1 * scan.size + 8_000, name


def test_nothing_but_pages_is_carried_over(made: dict[str, tuple[Scan, ArchiveFile, Reading]]) -> None:
    data = made["hostile.pdf"][1].path
    with pikepdf.open(data) as pdf:
        assert {str(k) for k in pdf.Root} == {
            "/Type", "/Pages", "/Metadata", "/OutputIntents", "/Lang", "/ViewerPreferences"
        }  # fmt: skip
        assert "/Info" not in pdf.trailer
        assert not any("JavaScript" in str(o) for o in pdf.objects)
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == "Quyết định 12/QĐ-UBND"
            assert metadata.pdfa_status == "2B"


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("skew", [0.0, 1.5, -2.0])
def test_text_follows_a_page_that_was_turned_and_skewed(tmp_path: Path, rotation: int, skew: float) -> None:
    scan = making.scan_of(making.pdf_of([making.printed()], tmp_path / "a.pdf"), tmp_path / "work")
    size = making.A4 if rotation in (0, 180) else making.A4[::-1]
    read = reading(1, size, rotation, skew)
    file = write(scan, tmp_path / "to.pdf", read)
    with pikepdf.open(file.path) as pdf:
        assert int(pdf.pages[0].get("/Rotate", 0)) == rotation
    assert_words_lie_in_their_boxes(file.path, (read,))


def test_text_comes_out_in_order_when_it_is_copied(tmp_path: Path) -> None:
    scan = making.scan_of(making.pdf_of([making.printed()], tmp_path / "a.pdf"), tmp_path / "work")
    file = write(scan, tmp_path / "to.pdf", reading(1, skew=-1.8))
    copied = pdfium.PdfDocument(file.path)[0].get_textpage().get_text_range()
    assert [line.strip() for line in copied.splitlines()] == [" ".join(line.split()[:6]) for line in making.TEXT]


def test_the_same_input_gives_the_same_bytes(
    made: dict[str, tuple[Scan, ArchiveFile, Reading]], tmp_path: Path
) -> None:
    for name in ("rgb.jpg", "turned-90.pdf", "cmyk.pdf"):
        scan, file, read = made[name]
        again = write(scan, tmp_path / "again.pdf", read)
        assert again.sha256 == file.sha256 == hashlib.sha256(again.path.read_bytes()).hexdigest()


def test_any_character_can_be_written(tmp_path: Path, verapdf_jar: Path) -> None:
    scan = making.scan_of(making.pdf_of([making.printed()], tmp_path / "a.pdf"), tmp_path / "work")
    texts = ["Ủy", "ƯỜNG", "(\\)", "<>", "😀", "漢字", "é"]
    words = tuple(Word(t, Box(100 + i * 200, 100, 250 + i * 200, 140), 0.9, 0, 0) for i, t in enumerate(texts))
    file = write(scan, tmp_path / "to.pdf", Reading(1, *making.A4, 200, 0, 0.0, words, Engine("test", "", "")))
    copied = pdfium.PdfDocument(file.path)[0].get_textpage().get_text_range()
    assert copied.split() == texts
    assert_valid(verapdf_jar, file.path)


def test_what_is_too_much_for_memory_goes_by_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    making.printed().save(tmp_path / "a.tif", compression="jpeg", save_all=True, append_images=[making.printed()] * 5)
    scan = making.scan_of(tmp_path / "a.tif", tmp_path / "work")
    readings = [reading(n) for n in range(1, 7)]
    whole = write(scan, tmp_path / "whole.pdf", *readings)
    monkeypatch.setattr(archive, "_HELD_BYTES", 300_000)
    parts = write(scan, tmp_path / "parts.pdf", *readings)
    assert_words_lie_in_their_boxes(parts.path, tuple(readings))
    assert abs(parts.size - whole.size) < 5_000
    assert {p.name for p in tmp_path.iterdir()} == {"a.tif", "work", "whole.pdf", "parts.pdf"}, "nothing left lying"


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scan = making.scan_of(making.pdf_of([making.printed()], tmp_path / "a.pdf"), tmp_path / "work")

    def full(pdf: pikepdf.Pdf, to: Path) -> None:
        to.write_bytes(b"%PDF half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive.pdfa, "save", full)
    with pytest.raises(StorageError, match="No space left"):
        write(scan, tmp_path / "to.pdf", reading(1))
    assert {p.name for p in tmp_path.iterdir()} == {"a.pdf", "work"}
