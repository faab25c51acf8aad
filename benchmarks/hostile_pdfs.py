"""Hostile PDFs: their frame, from the first bytes to the tree of pages."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial

import pikepdf

from benchmarks.hostile import FAILED, TAKEN, Made
from benchmarks.raw_pdf import CONTENT, JPEG, PAGE, Objects, deflated, drawn, pdf, scanned, stream, with_streams

_MARKS = re.compile(rb"\d+ 0 obj|stream|endstream|endobj|xref|trailer|startxref|%%EOF|/Kids|/Filter")
_BROKEN = "broken truncated"


def made() -> Iterator[Made]:
    """All of them."""
    for family in (_cut, _heads, _tables, _streams, _trees, _locked, _updates, _syntax):
        yield from family()


def _each(family: str, cases: dict[str, tuple[Callable[[], bytes], str]]) -> Iterator[Made]:
    for name, (make, expected) in cases.items():
        yield Made(f"{family}-{name}.pdf", make, expected)


def _cut() -> Iterator[Made]:
    """Ended in the middle of each kind of structure."""
    for kind, data in (("classic", pdf(scanned())), ("packed", with_streams(scanned()))):
        seen: set[bytes] = set()
        for found in _MARKS.finditer(data):
            mark = re.sub(rb"\d+", b"n", found[0])
            if mark in seen:
                continue
            seen.add(mark)
            for after in (0, len(found[0])):
                end = found.start() + after
                whole = b"startxref" in data[:end]
                name = f"cut-{kind}-{'behind' if after else 'before'}-{mark.decode().strip('/%').replace(' ', '')}.pdf"
                yield Made(name, partial(bytes, data[:end]), TAKEN if whole else "truncated")


def _heads() -> Iterator[Made]:
    """What stands before the PDF, or in its place."""
    whole = pdf(scanned())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(zipfile.ZipInfo("a.txt"), "x")
    archive = out.getvalue()

    def after(before: bytes) -> Callable[[], bytes]:
        return lambda: before + whole

    yield from _each(
        "head",
        {
            "text-before": (after(b"Content-Type: application/pdf\r\n\r\n"), TAKEN),
            "1000-before": (after(b"\n" * 1000), TAKEN),
            "2000-before": (after(b"\n" * 2000), "unknown-type"),
            "zip-before": (after(archive), TAKEN),
            "zip-behind": (lambda: whole + archive, TAKEN),
            "html-before": (after(b"<html><script>alert(1)</script>"), TAKEN),
            "program-before": (after(b"MZ" + b"\0" * 500), TAKEN),
            "gif-before": (after(b"GIF89a" + b"\0" * 30), TAKEN),
            "jpeg-before": (after(JPEG[:40]), "broken"),
            "jpeg-behind": (lambda: whole + JPEG, "truncated " + TAKEN),
            "zeros-behind": (lambda: whole + b"\0" * 100_000, "truncated " + TAKEN),
            "version-99": (lambda: pdf(scanned(), head=b"%PDF-9.9\n"), TAKEN),
            "version-none": (lambda: pdf(scanned(), head=b"%PDF-\n"), TAKEN),
            "version-long": (lambda: pdf(scanned(), head=b"%PDF-1." + b"7" * 5000 + b"\n"), "broken"),
            "only": (lambda: b"%PDF-1.4", _BROKEN),
            "only-end": (lambda: b"%PDF-1.4\nstartxref\n0\n%%EOF", "broken"),
            "lower-case": (lambda: whole.replace(b"%PDF", b"%pdf"), "unknown-type"),
            "mark-behind-mark": (lambda: b"%PDF-1.4\n" * 100 + whole, TAKEN),
            "postscript": (lambda: b"%!PS-Adobe-3.0\nshowpage\n", "unknown-type"),
            "utf-16": (lambda: whole.decode("latin-1").encode("utf-16"), "unknown-type"),
            "carriage-returns": (lambda: pdf(drawn()).replace(b"\n", b"\r"), TAKEN + " broken"),
            "line-ends-doubled": (lambda: pdf(drawn()).replace(b"\n", b"\r\n"), TAKEN + " broken"),
        },
    )


def _tables() -> Iterator[Made]:
    """The table of cross-references and the trailer."""
    good = scanned()
    whole = pdf(good)
    at = whole.rindex(b"xref\n0")
    zero = b"xref\n0 6\n" + b"0000000000 00000 n \n" * 6

    def trailer(text: str) -> Callable[[], bytes]:
        return lambda: pdf(good, text)

    def table(text: bytes) -> Callable[[], bytes]:
        return lambda: pdf(good, table=text)

    starts = {"zero": "0", "negative": "-1", "huge": "99999999999999999999", "beyond": "999999", "word": "here",
              "middle": str(at // 2), "self": str(at + 5)}  # fmt: skip
    yield from _each(
        "start",
        {
            name: (partial(pdf, good, start=s), f"{TAKEN} broken" if name == "huge" else TAKEN)
            for name, s in starts.items()
        },
    )
    yield from _each(
        "table",
        {
            "ring": (trailer(f"/Prev {at}"), TAKEN),
            "prev-huge": (trailer("/Prev 99999999999"), TAKEN),
            "prev-negative": (trailer("/Prev -5"), TAKEN),
            "prev-word": (trailer("/Prev /Nowhere"), TAKEN),
            "hybrid-ring": (trailer(f"/XRefStm {at}"), TAKEN),
            "all-zero": (table(zero), "broken " + TAKEN),
            "none": (table(b""), TAKEN),
            "count-huge": (table(b"xref\n0 2147483647\n0000000000 65535 f \n"), TAKEN),
            "count-negative": (table(b"xref\n0 -6\n"), TAKEN),
            "begin-huge": (table(b"xref\n2147483640 9\n" + b"0000000009 00000 n \n" * 9), TAKEN),
            "many-sections": (table(b"xref\n" + b"0 0\n" * 50_000), "broken " + TAKEN),
            "garbage": (table(bytes(range(256)) * 8), TAKEN),
            "size-zero": (lambda: pdf(good, size="0"), TAKEN),
            "size-huge": (lambda: pdf(good, size="2147483647"), TAKEN),
            "root-missing": (lambda: pdf(good, root="99 0 R"), "broken no-pages"),
            "root-number": (lambda: pdf(good, root="7"), "broken no-pages " + TAKEN),
            "root-page": (lambda: pdf(good, root="3 0 R"), "broken no-pages " + TAKEN),
            "no-trailer": (lambda: whole.replace(b"trailer", b"tailor!"), "broken " + TAKEN),
            "trailer-nested": (trailer("/X " + "[" * 5000 + "]" * 5000), "broken " + TAKEN),
        },
    )


def _streams() -> Iterator[Made]:
    """Object streams and streams of cross-references."""
    good = scanned()

    def packed(**wrong: object) -> Callable[[], bytes]:
        return lambda: with_streams(good, **wrong)  # type: ignore[arg-type]

    yield from _each(
        "packed",
        {
            "good": (packed(), TAKEN),
            "widths-huge": (packed(widths="[8 8 8]"), "broken"),
            "widths-negative": (packed(widths="[-1 4 2]"), "broken"),
            "widths-zero": (packed(widths="[0 0 0]"), "broken"),
            "widths-overflow": (packed(widths="[2147483647 2147483647 2147483647]"), "broken"),
            "widths-missing": (packed(widths="null"), "broken"),
            "index-odd": (packed(index="/Index [0 1 2]"), "broken"),
            "index-huge": (packed(index="/Index [0 2147483647]"), "broken"),
            "index-negative": (packed(index="/Index [-5 8]"), "broken"),
            "count-huge": (packed(count="2147483647"), "broken no-pages"),
            "count-negative": (packed(count="-1"), "broken no-pages"),
            "first-beyond": (packed(first="999999"), "broken no-pages"),
            "first-negative": (packed(first="-10"), "broken no-pages"),
            "extends-itself": (packed(more="/Extends 6 0 R"), TAKEN),
            "empty": (packed(body=b""), "broken no-pages"),
            "garbage": (packed(body=bytes(range(256)) * 40), "broken no-pages"),
            "bomb": (packed(body=b"1 0 " + b" " * 90_000_000), "bomb broken no-pages"),
            "holds-itself": (packed(body=b"6 0 << >> "), "broken no-pages"),
        },
    )


def _trees() -> Iterator[Made]:
    """The tree of pages."""

    def pages(text: str) -> Callable[[], bytes]:
        return lambda: pdf(scanned(pages=text.encode()))

    def chain(depth: int) -> Callable[[], bytes]:
        def make() -> bytes:
            objects: Objects = scanned(pages=b"<< /Type /Pages /Kids [10 0 R] /Count 1 >>")
            for level in range(depth):
                below = 11 + level if level < depth - 1 else PAGE
                objects[10 + level] = b"<< /Type /Pages /Kids [%d 0 R] /Count 1 /Parent 2 0 R >>" % below
            return pdf(objects)

        return make

    def page(text: str) -> Callable[[], bytes]:
        return lambda: pdf(scanned(page=text.encode()))

    yield from _each(
        "tree",
        {
            "depth-10": (chain(10), TAKEN),
            "depth-60": (chain(60), "broken"),
            "depth-20000": (chain(20_000), "broken"),
            "kids-number": (pages("<< /Type /Pages /Kids 7 /Count 1 >>"), "broken"),
            "kids-null": (pages("<< /Type /Pages /Kids [null] /Count 1 >>"), "broken no-pages"),
            "kids-numbers": (pages("<< /Type /Pages /Kids [1 2 3] /Count 3 >>"), "broken no-pages"),
            "kids-missing": (pages("<< /Type /Pages /Count 0 >>"), "broken"),
            "kids-empty": (pages("<< /Type /Pages /Kids [] /Count 0 >>"), "no-pages"),
            "kids-gone": (pages("<< /Type /Pages /Kids [77 0 R] /Count 1 >>"), "broken no-pages"),
            "kids-catalog": (pages("<< /Type /Pages /Kids [1 0 R] /Count 1 >>"), "broken no-pages " + FAILED),
            "kid-twice": (pages("<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>"), TAKEN),
            "kids-wide": (pages(f"<< /Type /Pages /Kids [{'3 0 R ' * 100_000}] /Count 100000 >>"), "too-many-pages"),
            "kids-wide-lie": (pages(f"<< /Type /Pages /Kids [{'3 0 R ' * 3000}] /Count 1 >>"), "too-many-pages"),
            "count-string": (pages("<< /Type /Pages /Kids [3 0 R] /Count (one) >>"), "broken"),
            "count-real": (pages("<< /Type /Pages /Kids [3 0 R] /Count 1.0 >>"), "broken"),
            "count-huge": (
                pages("<< /Type /Pages /Kids [3 0 R] /Count 99999999999999999999 >>"),
                "too-many-pages broken",
            ),
            "no-type": (pages("<< /Kids [3 0 R] /Count 1 >>"), TAKEN),
            "is-array": (pages("[3 0 R]"), "broken"),
            "is-page": (pages("<< /Type /Page /MediaBox [0 0 9 9] /Count 1 >>"), "broken " + TAKEN),
            "ring-of-two": (
                lambda: pdf(scanned(page=b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>")),
                "broken",
            ),
            "parent-itself": (page("<< /Type /Page /Parent 3 0 R /Contents 4 0 R >>"), "broken " + TAKEN),
            "page-empty": (page("<< >>"), TAKEN),
            "page-bare": (page("<< /Type /Page /Parent 2 0 R >>"), TAKEN),
            "page-stream": (
                lambda: pdf(scanned(page=stream(b"x", "/Type /Page /Parent 2 0 R"))),
                "broken no-pages " + TAKEN,
            ),
            "page-wrong-type": (page("<< /Type /Font /Parent 2 0 R /MediaBox [0 0 99 99] >>"), f"{TAKEN} {FAILED}"),
            "contents-ring": (lambda: pdf(scanned(content=b"4 0 R")), "broken " + TAKEN),
            "contents-many": (
                page(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents [{'4 0 R ' * 20_000}] >>"),
                "bomb",
            ),
            "contents-numbers": (
                page("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents [1 2 3] >>"),
                TAKEN,
            ),
        },
    )


def _locked() -> Iterator[Made]:
    """Encryption, real and pretended."""
    for name, words, options in (
        ("aes-256", ("x", "y"), {"R": 6}),
        ("aes-256-open", ("", "y"), {"R": 6}),
        ("aes-128", ("x", "y"), {"R": 4}),
        ("aes-128-open", ("", "y"), {"R": 4}),
        ("rc4", ("x", "y"), {"R": 3, "aes": False, "metadata": False}),
        ("rc4-open", ("", "y"), {"R": 3, "aes": False, "metadata": False}),
        ("rc4-40", ("x", "y"), {"R": 2, "aes": False, "metadata": False}),
    ):
        yield Made(f"locked-{name}.pdf", partial(_encrypted, words, options), TAKEN if "open" in name else "encrypted")
    for name, entry in {
        "unknown-version": "<< /Filter /Standard /V 99 /R 99 /O (x) /U (y) /P -4 >>",
        "no-keys": "<< /Filter /Standard /V 2 /R 3 /P -4 >>",
        "short-keys": "<< /Filter /Standard /V 2 /R 3 /O (x) /U (y) /P -4 /Length 7 >>",
        "by-certificate": "<< /Filter /Adobe.PubSec /V 4 /SubFilter /adbe.pkcs7.s5 /Recipients [(x)] >>",
        "by-nobody": "<< /Filter /Somebody /V 1 >>",
        "number": "7",
        "gone": "77 0 R",
        "page": "3 0 R",
    }.items():
        expected = TAKEN + " broken encrypted" if name in ("number", "gone") else "broken encrypted"
        identity = f"/Encrypt {entry} /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]"
        yield Made(f"locked-{name}.pdf", partial(pdf, scanned(), identity), expected)


def _encrypted(words: tuple[str, str], options: Mapping[str, object]) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(scanned()))) as file:
        encryption = pikepdf.Encryption(user=words[0], owner=words[1], **options)  # type: ignore[arg-type]
        file.save(out, encryption=encryption, static_id=True)
    return out.getvalue()


def _updated(times: int, number: int, text: bytes) -> bytes:
    data = pdf(scanned())
    before = data.rindex(b"xref\n0")
    for _ in range(times):
        at = len(data)
        data += b"%d 0 obj\n%b\nendobj\n" % (number, text)
        table = len(data)
        data += b"xref\n%d 1\n%010d 00000 n \ntrailer\n<< /Size 6 /Root 1 0 R /Prev %d >>\n" % (number, at, before)
        data += b"startxref\n%d\n%%%%EOF\n" % table
        before = table
    return data


def _updates() -> Iterator[Made]:
    """Changes laid on at the end, and files made for reading page by page."""
    good = scanned()[CONTENT]
    linear = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(drawn()))) as file:
        file.save(linear, linearize=True, static_id=True)
    lined = linear.getvalue()
    yield from _each(
        "update",
        {
            "one": (partial(_updated, 1, CONTENT, good), TAKEN),
            "three-hundred": (partial(_updated, 300, CONTENT, good), TAKEN),
            "without-page": (partial(_updated, 1, PAGE, b"null"), "broken no-pages"),
            "other-root": (partial(_updated, 1, 1, b"<< /Type /Catalog >>"), "broken no-pages " + TAKEN),
            "cut-in-the-second": (lambda: _updated(2, CONTENT, good)[:-20], TAKEN + " truncated"),
            "linear": (lambda: lined, TAKEN),
            "linear-wrong-length": (lambda: re.sub(rb"/L \d+", b"/L 1", lined, count=1), TAKEN),
            "linear-negative": (lambda: re.sub(rb"/H \[ *\d+", b"/H [ -9", lined, count=1), TAKEN),
            "linear-cut": (lambda: lined[: len(lined) // 2], TAKEN + " truncated broken"),
            "linear-twice": (lambda: lined + lined, TAKEN + " truncated broken"),
        },
    )


def _syntax() -> Iterator[Made]:
    """Names, strings, arrays and numbers beyond all measure."""

    def catalog(text: bytes) -> Callable[[], bytes]:
        return lambda: pdf(scanned(root=b"<< /Type /Catalog /Pages 2 0 R " + text + b" >>"))

    many = {n: b"<< /N %d >>" % n for n in range(10, 40_000)}
    yield from _each(
        "syntax",
        {
            "name-long": (catalog(b"/" + b"A" * 100_000 + b" 1"), TAKEN),
            "name-nul": (catalog(b"/A#00B#0a 1"), TAKEN),
            "name-escaped-badly": (catalog(b"/A#zz#f 1"), TAKEN),
            "string-long": (catalog(b"/S (" + b"(" * 1000 + b"x" * 1_000_000 + b")" * 1000 + b")"), TAKEN),
            "string-open": (catalog(b"/S (never closed"), "broken"),
            "hex-garbage": (catalog(b"/S <zz%%>"), TAKEN + " broken"),
            "arrays-300": (catalog(b"/X " + b"[" * 300 + b"]" * 300), TAKEN),
            "arrays-100000": (catalog(b"/X " + b"[" * 100_000 + b"]" * 100_000), "broken"),
            "dictionaries-100000": (catalog(b"/X " + b"<< /A " * 100_000 + b">>" * 100_000), "broken"),
            "number-long": (catalog(b"/X " + b"9" * 10_000), TAKEN + " broken"),
            "number-odd": (catalog(b"/X [--5 +-3 5.5.5 1e5 .  - 0x10 NaN inf]"), TAKEN + " broken"),
            "reference-to-itself": (
                lambda: pdf(scanned(n9=b"9 0 R") | {1: b"<< /Type /Catalog /Pages 2 0 R /X 9 0 R >>"}),
                TAKEN,
            ),
            "object-number-huge": (
                lambda: pdf(scanned()).replace(b"5 0 obj", b"2147483647 0 obj").replace(b"5 0 R", b"2147483647 0 R"),
                TAKEN + " broken " + FAILED,
            ),
            "many-objects": (lambda: pdf(drawn() | many), TAKEN),
            "keys-twice": (catalog(b"/Pages 2 0 R " * 3), TAKEN),
            "outlines-ring": (
                lambda: pdf(
                    scanned(
                        root=b"<< /Type /Catalog /Pages 2 0 R /Outlines 8 0 R >>",
                        n8=b"<< /First 9 0 R /Last 9 0 R /Count 1 >>",
                        n9=b"<< /Title (x) /Next 9 0 R /Prev 9 0 R /First 8 0 R >>",
                    )
                ),
                TAKEN,
            ),
            "names-ring": (
                lambda: pdf(
                    scanned(
                        root=b"<< /Type /Catalog /Pages 2 0 R /Names << /JavaScript 8 0 R >> >>",
                        n8=b"<< /Kids [8 0 R 8 0 R] /Limits [(a) (b)] >>",
                    )
                ),
                TAKEN,
            ),
            "metadata-bomb": (
                lambda: pdf(
                    scanned(
                        root=b"<< /Type /Catalog /Pages 2 0 R /Metadata 8 0 R >>",
                        n8=deflated(b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]>" + b"&a;" * 10_000_000, "/Type /Metadata"),
                    )
                ),
                TAKEN,
            ),
        },
    )
