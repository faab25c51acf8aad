"""A filled installation, made once and copied; keys; and a place to put backups."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import override_settings
from pyrage import x25519

from tests.catalog.support import use_database
from tests.cli.support import pages_of
from tests.preservation.support import Pair
from tests.web import furnished, library


@pytest.fixture(scope="session")
def filled_home(tmp_path_factory: pytest.TempPathFactory, empty_catalog: Path) -> Path:
    """A home with one of everything and some more results, of three units; copy it before changing anything."""
    from web.services import index
    from web.settings import extras

    empty, home = tmp_path_factory.mktemp("units"), tmp_path_factory.mktemp("filled")
    shutil.copyfile(empty_catalog, empty / "catalog.sqlite3")
    with use_database(f"sqlite:///{empty / 'catalog.sqlite3'}"):
        library.units()
        library.people()
    shutil.copyfile(empty / "catalog.sqlite3", home / "catalog.sqlite3")
    papers = tmp_path_factory.mktemp("papers")
    with pages_of(home), override_settings(**{name: value for name, value in extras().items() if name != "DATABASES"}):
        index().rebuild([])
        furnished.furnish(papers)
        for number in range(12):
            values = library.PERMIT.values | {"number": f"{number}/GPXD", "holder": f"Phạm Văn {number}"}
            unit = ("H61.12", "H61.12.3", "H61.13")[number % 3]
            paper = replace(library.PERMIT, values=values, text=f"GIẤY PHÉP {number}", name=f"{number}.pdf", unit=unit)
            library.put(paper, papers / f"more-{number}")
    return home


@pytest.fixture
def filled(home: Path, filled_home: Path) -> Iterator[Path]:
    """`home` as a copy of the filled installation, on which `catalog` works."""
    shutil.copytree(filled_home, home, dirs_exist_ok=True)
    with use_database(f"sqlite:///{home / 'catalog.sqlite3'}"):
        yield home


@pytest.fixture(scope="session")
def pair() -> Pair:
    """Keys to back up and to restore with."""
    identity = x25519.Identity.generate()
    return Pair(str(identity.to_public()), str(identity))


@pytest.fixture(params=["folder", "s3"])
def target_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where backups of this test alone are kept."""
    return (tmp_path / "bản sao").as_uri() if request.param == "folder" else str(request.getfixturevalue("s3_url"))
