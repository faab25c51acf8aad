"""Several readings of one line: what wins, and how sure it is."""

from __future__ import annotations

import pytest

from ocr.engine import SeenWord
from ocr.options import OcrSettings
from ocr.records import Box
from ocr.votes import DISPUTED, OUTVOTED, is_possible, settled, unsure_words


def line(text: str, *confidences: float) -> list[SeenWord]:
    """Words of equal width, one after the other."""
    words = text.split()
    sure = confidences or (0.9,) * len(words)
    return [
        SeenWord(word, Box(100.0 * i, 0, 100.0 * i + 90, 30), c, (1, 1, 1))
        for i, (word, c) in enumerate(zip(words, sure, strict=True))
    ]


def text(words: list[SeenWord]) -> str:
    return " ".join(w.text for w in words)


def test_words_that_agree_are_surer_than_one_alone() -> None:
    both = settled([line("Lê Thị Sáu", 0.8, 0.8, 0.8), line("Lê Thị Sáu", 0.8, 0.8, 0.8)])
    assert all(w.confidence > 0.8 for w in both)


def test_words_that_differ_are_not_sure() -> None:
    assert settled([line("Giang Hồng", 0.97, 0.97), line("Giàng Hồng", 0.96, 0.97)])[0].confidence <= DISPUTED


def test_a_majority_wins_and_stays_in_doubt() -> None:
    word = settled([line("Vũ Ngục", 0.9, 0.7), line("Vũ Ngọc", 0.9, 0.6), line("Vũ Ngọc", 0.9, 0.6)])[1]
    assert word.text == "Ngọc"
    assert word.confidence <= OUTVOTED


def test_a_syllable_that_cannot_be_loses_against_one_that_can() -> None:
    assert (
        text(settled([line("Đỗ Thann Chỉnh", 0.9, 0.9, 0.9), line("Đỗ Thanh Chỉnh", 0.9, 0.6, 0.9)]))
        == "Đỗ Thanh Chỉnh"
    )


def test_a_reading_that_lost_a_word_does_not_take_it_from_the_line() -> None:
    assert text(settled([line("Giàng Thu Oanh Nhi Ca", *[0.7] * 5), line("Giàng Oanh Nhi Ca", *[0.99] * 4)])) == (
        "Giàng Thu Oanh Nhi Ca"
    )


def test_a_reading_of_another_length_and_an_empty_one_do_not_count() -> None:
    first = line("Lê Thị Sáu", 0.5, 0.5, 0.5)
    assert settled([first, [], line("Lê Thị Sáu Nguyễn Văn Bảy", *[0.9] * 6)]) == first


@pytest.mark.parametrize("word", "Thann Gtàng THhàng NĐô @iàng &iàng Iatừng".split())
def test_what_no_print_says_is_not_possible(word: str) -> None:
    assert not is_possible(word)


@pytest.mark.parametrize("word", "Hoàng HOÀNG, (Bà) UBND QĐ-UBND 12/QĐ K&T Số: à ĐẮC".split())
def test_what_print_says_is_possible(word: str) -> None:
    assert is_possible(word)


def test_signs_alone_are_no_doubt() -> None:
    assert unsure_words(line("_ - Hoàng Oamh", 0.1, 0.1, 0.95, 0.3), OcrSettings()) == [3]
