"""Faults that are known in locked packages end the run, unless somebody accepted them with a reason, until a day."""

from __future__ import annotations

from datetime import date

import pytest

from infra import audit

TOLD = {
    "dependencies": [
        {"name": "good", "version": "1", "vulns": []},
        {"name": "bad", "version": "2", "vulns": [{"id": "GHSA-1", "fix_versions": ["3"]}, {"id": "GHSA-2"}]},
    ]
}
ACCEPTED = '[GHSA-1]\nreason = "not called"\nuntil = 2027-01-01\n'


def test_what_nobody_accepted_or_not_any_longer_is_found() -> None:
    found = audit.findings(TOLD)
    entries = audit.accepted(ACCEPTED)
    assert audit.open_ones(found, entries, date(2026, 12, 1)) == ["bad 2: GHSA-2"]
    late = audit.open_ones(found, entries, date(2027, 1, 2))
    assert late == ["bad 2: GHSA-1, accepted until 2027-01-01 only", "bad 2: GHSA-2"]


@pytest.mark.parametrize("entry", ['[X]\nreason = ""\nuntil = 2027-01-01', '[X]\nreason = "so"', "[X]\nuntil = 1"])
def test_an_acceptance_without_reason_or_day_is_none(entry: str) -> None:
    with pytest.raises(ValueError, match="X"):
        audit.accepted(entry)


def test_an_answer_that_skips_packages_is_none() -> None:
    skipped = {"dependencies": [{"name": "good", "vulns": []}, {"name": "x", "skip_reason": "not on the index"}]}
    assert audit.unasked(skipped)
    assert audit.unasked({"dependencies": []})
    assert not audit.unasked(TOLD)


def test_what_is_accepted_today_is_well_formed() -> None:
    audit.accepted(audit.ACCEPTED.read_text("utf-8"))


def test_no_installed_package_has_a_licence_that_binds_whoever_serves_pages() -> None:
    assert audit.licences() == []


def test_what_could_not_be_asked_is_told_loudly_and_is_no_pass(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit, "_asked", lambda: None)
    assert audit.main() == audit.NOT_AUDITED
    assert "NOT AUDITED" in capsys.readouterr().out
    monkeypatch.setattr(audit, "_asked", lambda: TOLD)
    assert audit.main() == 1
