"""Covers that come as files of their own, as from scanners that write a file a page, still speak of what follows."""

from __future__ import annotations

from staging import codes
from tests.staging.test_faulty import plan


def test_a_file_behind_a_cover_of_another_file_is_not_read_as_it_is() -> None:
    """Read by itself it would lose what the cover says."""
    of = plan("1", "T", "T", "2T", "TST")
    assert [codes.line(code) for d in of.documents if (code := codes.parse(d.code))] == ["1", "2"]
    assert of.touched == frozenset({2})


def test_files_without_covers_before_them_are_read_as_they_are() -> None:
    assert plan("T", "S", "TST", "1T", "B").touched == frozenset()
