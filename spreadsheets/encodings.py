"""Which encoding a text file's bytes and a sheet's texts are in, found out by what makes Vietnamese syllables of them.

Two things go wrong independently of each other: bytes are read by the wrong code page, and letters were typed for a
font. So bytes become a text of letters first (`of_file`), and letters become Vietnamese afterwards (`guess`,
`to_unicode`), column by column and in doubt cell by cell: old sheets mix fonts.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from core.text import nfc
from spreadsheets.legacy import TCVN3, VNI, from_tcvn3, from_vni
from spreadsheets.records import Bytes, Encoding, Guess, Refusal, RefusedSheetError
from spreadsheets.syllables import is_syllable

_CHUNK = 1 << 20
_SAMPLE = 1 << 18
"""Bytes of lines with letters beyond ASCII by which a code page is judged."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SURE = 0.5
"""Share of words that must be syllables before letters are taken for those of a font; names of places in other
languages and abbreviations are words too."""
_APART = re.compile(r"[\s\x00-\x40\x5b-\x60\x7b-\x7f\u2000-\u206f]+")
_ONLY_UNICODE = re.compile("[\u0100-\u024f\u0300-\u036f\u1e00-\u1eff]")
_READERS: Mapping[Encoding, tuple[Callable[[str], str], frozenset[str]]] = {
    Encoding.TCVN3: (from_tcvn3, frozenset(TCVN3)),
    Encoding.VNI: (from_vni, frozenset("".join(VNI))),
}


def of_file(path: Path) -> Bytes:
    """The encoding of a text file. Raises RefusedSheetError for bytes that are no text."""
    with path.open("rb") as file:
        start = file.read(4096)
        for mark, codec in _MARKS:
            if start.startswith(mark):
                return Bytes(codec, "mark")
        if b"\0" in start:
            return Bytes(_wide(start), "valid")
        file.seek(0)
        sample, valid = _looked_through(file.read)
    if valid:
        return Bytes("utf-8", "valid")
    found = max(_code_pages(sample), key=lambda one: one[0], default=(0.0, "cp1258"))
    return Bytes(found[1], "words" if found[0] >= _SURE else "unsure")


def _wide(start: bytes) -> str:
    """UTF-16 without a mark: every other byte of Vietnamese text is 0, 1 or 0x1E."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if max(even, odd) * 4 < len(start) // 2 or min(even, odd) * 4 > max(even, odd):
        message = "this is neither a spreadsheet nor a text: save it as .xlsx or .csv in the program that it is from"
        raise RefusedSheetError(Refusal.KIND, message)
    return "utf-16-le" if odd > even else "utf-16-be"


def _looked_through(read: Callable[[int], bytes]) -> tuple[bytes, bool]:
    """Lines with bytes beyond ASCII, and whether the whole is UTF-8."""
    decoder, valid = codecs.getincrementaldecoder("utf-8")(), True
    sample, rest = bytearray(), b""
    while chunk := read(_CHUNK):
        if valid:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                valid = False
        if len(sample) < _SAMPLE:
            *lines, rest = (rest + chunk).split(b"\n")
            rest = rest[-_CHUNK:]
            sample += b"\n".join(line for line in lines if not line.isascii())[:_SAMPLE]
    if valid:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            valid = False
    return bytes(sample + b"\n" + (rest if not rest.isascii() else b""))[:_SAMPLE], valid


def _code_pages(sample: bytes) -> Iterator[tuple[float, str]]:
    """How well each code page makes Vietnamese words of the sample; cp1252 under the fonts' encodings."""
    for codec in ("utf-8", "cp1258", "cp1252", "latin-1"):
        text = sample.decode(codec, "replace")
        spoilt = text.count("\N{REPLACEMENT CHARACTER}") * 10 > len(text)
        if codec in ("utf-8", "cp1258"):
            good, words, _example = _judged(text, Encoding.UNICODE)
            share = good / words if words else 0.0
        else:
            share = max(one.share if one.words else 0.0 for one in [guess([text])])
        yield (0.0 if spoilt else share), codec


def guess(texts: Iterable[str]) -> Guess:
    """The encoding of texts that belong together, such as those of a column; Unicode where nothing speaks against."""
    text = "\n".join(texts)
    if text.isascii():
        return Guess(Encoding.UNICODE, 0, 0)
    judged = {encoding: _judged(text, encoding) for encoding in Encoding}
    best = max(Encoding, key=lambda encoding: judged[encoding][0])  # Unicode, which comes first, wins a draw
    good, words, example = judged[best]
    if best is not Encoding.UNICODE and good < _SURE * words:
        best = Encoding.UNICODE
        good, words, example = judged[best]
    return Guess(best, good, words, example)


def _judged(text: str, encoding: Encoding) -> tuple[int, int, str]:
    """Good words, words, and an example of a good one."""
    good = words = 0
    example = ""
    for word in _words(text):
        words += 1
        read = _read(word, encoding)
        if read:
            good += 1
            example = example or (word if read == word else f"{word} → {read}")
    return good, words, example


def _words(text: str) -> Iterator[str]:
    """The words with letters beyond ASCII; single letters say nothing."""
    for word in _APART.split(text):
        if len(word) > 1 and not word.isascii():
            yield word


@lru_cache(maxsize=100_000)
def _read(word: str, encoding: Encoding) -> str:
    """`word` as it is read in `encoding`; empty where that makes no syllable."""
    if encoding is Encoding.UNICODE:
        return word if is_syllable(word) else ""
    reader, letters = _READERS[encoding]
    if any(ord(c) > 0x7F and c not in letters for c in word):
        return ""
    read = reader(word)
    return read if is_syllable(read) else ""


def to_unicode(text: str, expected: Encoding) -> str:
    """`text` of a column that is in `expected`, as Unicode in NFC.

    A cell in another encoding than its column (typed later, copied from elsewhere) is seen by its letters.
    """
    if text.isascii():
        return text
    if _ONLY_UNICODE.search(text):
        return nfc(text)
    words = list(_words(text))
    good = {encoding: sum(bool(_read(word, encoding)) for word in words) for encoding in Encoding}
    best = max(good.values())
    encoding = expected if good[expected] == best else max(Encoding, key=lambda one: good[one])
    return nfc(text) if encoding is Encoding.UNICODE else _READERS[encoding][0](text)
