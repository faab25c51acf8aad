"""Settings: where they come from, which wins, and what is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.errors import SettingsError
from core.settings import settings


@pytest.fixture
def elsewhere(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_everything_lies_in_the_home_by_default(home: Path, elsewhere: Path) -> None:
    found = settings()
    assert found.root == home
    assert found.database == f"sqlite:///{home}/catalog.sqlite3"
    assert found.storage == f"file://{home}/objects"
    assert found.search_url == "embedded:"
    assert found.work == home / "work"


def test_the_environment_wins_over_the_home_and_that_over_the_current_folder(
    home: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "sohoa.toml").write_text('jobs = 1\nmax_pages = 11\nsearch_index = "h"\n')
    (elsewhere / "sohoa.toml").write_text("jobs = 2\nmax_pages = 22\n")
    monkeypatch.setenv("SOHOA_JOBS", "3")
    found = settings()
    assert (found.jobs, found.max_pages, found.search_index) == (3, 11, "h")


@pytest.mark.parametrize("name", ["SOHOA_DATABASE", "SOHOA_STORAGEURL", "SOHOA_TEST_S3_URL"])
def test_an_unknown_variable_is_refused_by_name(
    name: str, home: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "x")
    with pytest.raises(SettingsError, match=name):
        settings()


def test_an_unknown_key_of_the_file_is_refused_by_name(home: Path, elsewhere: Path) -> None:
    (home / "sohoa.toml").write_text('storage = "file:///x"\n')
    with pytest.raises(SettingsError, match="storage"):
        settings()


def test_a_file_that_is_not_toml_is_one_clear_line(home: Path, elsewhere: Path) -> None:
    (elsewhere / "sohoa.toml").write_text("jobs: 2\n")
    with pytest.raises(SettingsError, match=r"sohoa\.toml cannot be read"):
        settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [("JOBS", "-1"), ("JOBS", "two"), ("REVIEW_THRESHOLD", "85"), ("ENGINE_TIMEOUT", "0"), ("MAX_PAGES", "")],
)
def test_a_value_out_of_range_is_refused_by_name(
    name: str, value: str, home: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"SOHOA_{name}", value)
    with pytest.raises(SettingsError, match=name.lower()):
        settings()


def test_settings_errors_end_the_command_with_2() -> None:
    assert SettingsError.exit_code == 2


def test_a_home_with_a_tilde_or_a_relative_one_becomes_absolute(
    home: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(elsewhere))
    monkeypatch.setenv("SOHOA_HOME", "~/results")
    assert settings().root == elsewhere / "results"
    settings.cache_clear()
    monkeypatch.setenv("SOHOA_HOME", "here")
    assert settings().root == elsewhere / "here"


def test_no_jobs_means_the_processors_that_we_may_use(home: Path, elsewhere: Path) -> None:
    assert settings().workers == len(os.sched_getaffinity(0))


def test_settings_are_read_once(home: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = settings()
    monkeypatch.setenv("SOHOA_JOBS", "7")
    assert settings() is before


def test_an_address_with_a_password_can_lie_in_a_file(
    home: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (elsewhere / "url").write_text("postgresql://sohoa:geheim@db/x\n")
    (home / "sohoa.toml").write_text('database_url = "sqlite:////elsewhere"\n')
    monkeypatch.setenv("SOHOA_DATABASE_URL_FILE", str(elsewhere / "url"))
    assert settings().database == "postgresql://sohoa:geheim@db/x"
    monkeypatch.setenv("SOHOA_DATABASE_URL", "sqlite:///y")
    settings.cache_clear()
    with pytest.raises(SettingsError, match="both given"):
        settings()


@pytest.mark.parametrize("content", [b"", b"geheim\ngeheim", b"\xff\xfegeheim", b"geheim" * 20_000, None])
def test_a_file_of_a_secret_that_is_none_is_named_and_not_told(
    content: bytes | None, home: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if content is not None:
        (elsewhere / "url").write_bytes(content)
    monkeypatch.setenv("SOHOA_STORAGE_URL_FILE", str(elsewhere / "url"))
    with pytest.raises(SettingsError, match="SOHOA_STORAGE_URL_FILE") as told:
        settings()
    assert "geheim" not in str(told.value)
