"""Readings made from lines of text, for the tests of extraction: no picture and no engine."""

from __future__ import annotations

from ocr.records import Box, Engine, Reading, Word

WIDTH, HEIGHT, DPI = 1654, 2339, 200.0
LETTER, ROW = 14.0, 24.0
LEFT, MIDDLE, RIGHT, BODY = "left", "middle", "right", "body"

Row = tuple[str, str]
"""Where a line stands (LEFT column, MIDDLE of the page, RIGHT column) and its text."""


def reading(*rows: Row | list[Row], page: int = 1, confidence: float = 0.96) -> Reading:
    """A page; rows go down the page, rows in a list stand at one height and are one line to the engine."""
    words: list[Word] = []
    for number, row in enumerate(rows):
        top = 150 + 2 * ROW * number
        for place, text in row if isinstance(row, list) else [row]:
            words.extend(_line(place, text, top, number, confidence))
    return Reading(page, WIDTH, HEIGHT, DPI, 0, 0.0, tuple(words), Engine("tesseract", "5.3.0", "vie"))


def _line(place: str, text: str, top: float, number: int, confidence: float) -> list[Word]:
    length = len(text) * LETTER
    centre = {LEFT: 450.0, MIDDLE: 827.0, RIGHT: 1200.0, BODY: 0.0}[place]
    x = 220.0 if place == BODY else centre - length / 2
    words = []
    for token in text.split(" "):
        right = x + len(token) * LETTER
        words.append(Word(token, Box(x, top, right, top + ROW), confidence, number, number))
        x = right + LETTER
    return words
