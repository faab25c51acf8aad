"""No secret that a setting holds, and nothing of who is asked about, gets into what is printed, told or logged."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from tests.cli.support import Sohoa, served

SECRET = "Gehe1m-Xyzzy"
URLS = {
    "DATABASE_URL": f"postgresql://sohoa:{SECRET}@127.0.0.1:9/none",
    "STORAGE_URL": f"s3://key:{SECRET}-of-store@127.0.0.1:9/bucket?secure=false",
    "SEARCH_URL": f"http://user:{SECRET}@127.0.0.1:9",
}


def written_in(folder: Path) -> str:
    """All that lies below a folder."""
    return "\n".join(f.read_bytes().decode("utf-8", "replace") for f in folder.rglob("*") if f.is_file())


@pytest.mark.parametrize("in_files", [False, True])
def test_commands_whose_services_are_away_tell_no_secret(tmp_path: Path, in_files: bool) -> None:
    sohoa, given = Sohoa(tmp_path / "home"), {}
    for name, url in URLS.items():
        if in_files:
            (tmp_path / name).write_text(url)
            given[f"SOHOA_{name}_FILE"] = str(tmp_path / name)
        else:
            given[f"SOHOA_{name}"] = url
    for command in (("doctor",), ("doctor", "--json"), ("init",)):
        run = sohoa(*command, **given)
        assert run.code != 0, command
        assert "127.0.0.1:9" in run.out + run.err, "the setting was read"
        assert SECRET not in run.out + run.err, command
    assert SECRET not in written_in(tmp_path / "home")


def test_a_setting_that_is_not_understood_is_named_without_its_secret(tmp_path: Path) -> None:
    run = Sohoa(tmp_path / "home")("units", "list", SOHOA_DATABASE_URL=f"mysql://sohoa:{SECRET}@db/x")
    assert run.code != 0
    assert SECRET not in run.out + run.err


def test_pages_that_are_served_log_neither_queries_nor_tokens(tmp_path: Path) -> None:
    sohoa = Sohoa(tmp_path / "home")
    assert sohoa("init").code == 0
    token = "sohoa_" + "Gehe1mXyzzyGehe1mXyzzyGehe1mXyzzyGehe1mXyzz"
    with served(sohoa) as (address, process):
        for path in ("/", "/sign-in/", "/api/v1/search", "/no/such/", "/genuine/x/"):
            query = urllib.parse.urlencode({"q": "Nguyễn Thị Hòa 087185001234", "token": token})
            asked = urllib.request.Request(f"{address}{path}?{query}", headers={"Authorization": f"Bearer {token}"})
            try:
                urllib.request.urlopen(asked, timeout=20).read()
            except urllib.error.HTTPError as error:
                assert error.code < 500, path
        process.terminate()
        out, err = process.communicate(timeout=60)
    told = out + err + written_in(tmp_path / "home" / "logs")
    for part in (token, token[6:], "087185001234", "Hòa", "%C3%B2a"):
        assert part not in told
