"""A home with a few results in it, and a client that asks the pages as a browser on this machine does."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import AsyncClient, Client, override_settings

from accounts.rights import Role
from tests.catalog.support import use_database
from tests.cli.support import Sohoa, pages_of, served
from tests.web import browsing, library
from tests.web.browsing import Desk
from tests.web.scanned_twice import scanned_again


def _forget_services() -> None:
    from web import services

    for opened in (services.store, services.index, services.shelf):
        opened.cache_clear()


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory, empty_catalog: Path) -> Path:
    """A folder with a migrated catalog of two units, to be copied."""
    folder = tmp_path_factory.mktemp("empty-home")
    shutil.copyfile(empty_catalog, folder / "catalog.sqlite3")
    with use_database(f"sqlite:///{folder / 'catalog.sqlite3'}"):
        library.units()
        library.people()
    return folder


@pytest.fixture
def site(home: Path, empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The home of an installation with two units, a search index and no results."""
    monkeypatch.setattr("web.unseen.KEPT", 0)  # what pages ask for can be compared from one to the next
    from web.services import index
    from web.settings import extras

    _forget_services()
    for file in empty_home.iterdir():
        shutil.copyfile(file, home / file.name)
    with use_database(f"sqlite:///{home / 'catalog.sqlite3'}"):
        index().rebuild([])
        from accounts import looks

        monkeypatch.setattr(looks, "_remembered", looks._Remembered())  # numbers begin anew in each installation
        with override_settings(**{name: value for name, value in extras().items() if name != "DATABASES"}):
            yield home
        index().close()
    _forget_services()


@pytest.fixture
def anonymous(site: Path) -> Client:
    """Asks under the name 127.0.0.1, not signed in; what a view raises becomes a page, as in real life."""
    return Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)


@pytest.fixture
def sign_in(site: Path) -> Callable[[str], Client]:
    """Makes a client that is signed in as one of `library.PEOPLE`."""
    from accounts.models import User

    def signed_in(name: str) -> Client:
        client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
        client.force_login(User.objects.get(username=name), "django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


@pytest.fixture
def client(sign_in: Callable[[str], Client]) -> Client:
    """The administrator of the whole installation."""
    return sign_in("quan.tri")


@pytest.fixture
def async_client(client: Client) -> Iterator[AsyncClient]:
    """The same over ASGI, as uvicorn calls the pages; it cannot ask under another name than its own."""
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        asking = AsyncClient(raise_request_exception=False)
        asking.cookies = client.cookies
        yield asking


@pytest.fixture
def permit(site: Path, tmp_path: Path) -> int:
    """Id of the building permit."""
    return library.put(library.PERMIT, tmp_path / "permit")


@pytest.fixture
def birth(site: Path, tmp_path: Path) -> int:
    """Id of the birth certificate."""
    return library.put(library.BIRTH, tmp_path / "birth")


@pytest.fixture
def record(site: Path, tmp_path: Path) -> int:
    """Id of the criminal record, a confidential kind."""
    return library.put(library.RECORD, tmp_path / "record")


@pytest.fixture(scope="session")
def two_results(tmp_path_factory: pytest.TempPathFactory, samples: Path, new_home: Path) -> Sohoa:
    """The command with a home that holds two results of a real ingest; tests only add to it."""
    sohoa = Sohoa(tmp_path_factory.mktemp("browser") / "home")
    shutil.copytree(new_home, sohoa.home)
    sohoa("units", "add", "H61", "Đơn vị mẫu")
    scans = [samples / "docs" / name for name in ("dev-009.pdf", "dev-055.pdf")]
    assert sohoa("ingest", *scans, "--unit", "H61").code == 0
    return sohoa


@pytest.fixture(scope="session")
def address(two_results: Sohoa) -> Iterator[str]:
    """Where its pages are served by ``sohoa serve``."""
    with served(two_results) as (url, _process):
        yield url


@pytest.fixture(scope="session")
def seated(chromium: str, two_results: Sohoa, address: str) -> str:
    """The address again, once an administrator, a clerk and one of the archive staff have chosen their passwords."""
    with browsing.desk(chromium, address) as desk:
        for name, role in (("quan.tri", "administrator"), ("mot.cua", "clerk"), ("van.thu", "staff")):
            browsing.accept(desk.page(), address, browsing.seat(two_results, name, role))
    return address


@pytest.fixture
def desk(chromium: str, seated: str) -> Iterator[Desk]:
    """A browser before the pages; `desk.page("mot.cua")` is a window in which that person is signed in."""
    with browsing.desk(chromium, seated) as opened:
        yield opened


@pytest.fixture(scope="session")
def scanned_twice(samples: Path, new_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which one paper was scanned twice, with two people, to be copied."""
    folder = tmp_path_factory.mktemp("twice")
    sohoa = Sohoa(folder / "home")
    shutil.copytree(new_home, sohoa.home)
    sohoa("units", "add", "H61", "Đơn vị mẫu")
    paper = samples / "docs" / "dev-055.pdf"
    for file in (paper, scanned_again(paper, folder)):
        assert sohoa("ingest", file, "--unit", "H61").code == 0
    with pages_of(sohoa.home):
        from accounts import people

        for name, role in (("quan.tri", Role.ADMINISTRATOR), ("van.thu", Role.STAFF)):
            people.grant(people.add(name, name, browsing.PASSWORD), role, "", "test")
    return sohoa.home


@pytest.fixture
def twice_scanned(chromium: str, scanned_twice: Path, tmp_path: Path) -> Iterator[Desk]:
    """An installation in which one paper was scanned twice, and a browser before it."""
    sohoa = Sohoa(tmp_path / "home")
    shutil.copytree(scanned_twice, sohoa.home)
    with served(sohoa) as (address, _process), browsing.desk(chromium, address) as desk:
        yield desk
