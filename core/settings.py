"""Settings: environment ``SOHOA_…`` over ``sohoa.toml`` over defaults; unknown keys are refused.

``sohoa.toml`` is looked for in ``$SOHOA_HOME`` (by default ``~/sohoa``) and then in the current
folder. Every key of the file is the name of a field below; every field can also be given as
``SOHOA_<NAME>``.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from core import secret_files
from core.errors import SettingsError

PREFIX = "SOHOA_"


class WatchedFolder(BaseModel):
    """A folder whose files are taken in as they come (docs/staging.md)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Path
    """The folder; often a scanner's network share."""
    unit: str
    """Code of the unit whose batches the files go into."""
    procedure: str = ""
    """Code of the procedure of these batches; empty: mixed."""
    batch: str = "{day} {folder}"
    """Name of the batch: ``{day}`` is today, ``{folder}`` the first folder on the way to the file."""
    box: str = ""
    shelf: str = ""
    operator: str = ""
    """User name of the person at the scanner; empty: ``watch``."""
    split: Literal["separator", "blank"] = "separator"
    sides: Literal["front", "both", "two_stacks"] = "front"


class Settings(BaseSettings):
    """All that can be set. Sizes are bytes, lengths pixels, times seconds, confidences 0–1."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    home: Path = Path("~/sohoa")
    """Folder of everything that sohoa keeps on this machine: catalog, objects, index, work."""

    database_url: str = ""
    """``sqlite:///PATH`` or ``postgresql://user:secret@host:port/name``; empty: SQLite in `home`."""

    storage_url: str = ""
    """``file:///PATH`` or ``s3://key:secret@host:port/bucket?secure=false``; empty: in `home`."""

    second_copy_url: str = ""
    """Another store, written as `storage_url`, that gets each object as well; empty: there is no second copy."""

    fixity_rate: Annotated[int, Field(ge=0)] = 20_000_000
    """Bytes a second that the nightly reading of objects takes at most; 0: as many as it gets."""

    fixity_minutes: Annotated[float, Field(ge=0)] = 180
    """Minutes of each night in which objects are read again; 0: no night."""

    search_url: str = "embedded:"
    """``embedded:`` (an index in `home`) or ``http://host:9200`` (Elasticsearch)."""

    search_index: str = "sohoa"
    """Name of the search alias; indexes behind it are called ``<alias>-<version>``."""

    jobs: Annotated[int, Field(ge=0)] = 0
    """Pages worked on at once; 0: one for each processor."""

    engine: Literal["auto", "tesserocr", "tesseract"] = "auto"
    """What reads pages: Tesseract's library (``tesserocr``), its program (``tesseract``), or the library where
    it is installed and works (``auto``)."""

    engine_timeout: Annotated[float, Field(gt=0)] = 120.0
    """Seconds that the OCR engine may take for one page before it is killed."""

    max_file_bytes: Annotated[int, Field(gt=0)] = 2_000_000_000
    """Larger files are refused at the door."""

    max_pages: Annotated[int, Field(gt=0)] = 5_000
    """Files with more pages are refused at the door."""

    max_page_pixels: Annotated[int, Field(gt=0)] = 120_000_000
    """Files with a page image of more pixels are refused (A3 at 600 dpi has 70 million)."""

    clamav: str = ""
    """Where clamd looks at each file at the door (``unix:/run/clamav/clamd.ctl``, ``tcp://host:3310``); empty: nobody
    does.
    """

    review_threshold: Annotated[float, Field(ge=0, le=1)] = 0.90
    """Fields with a smaller chance of being right are sent to a person; chosen by `./run measure calibration`."""

    lease_seconds: Annotated[int, Field(gt=0)] = 300
    """How long a worker may hold a piece of work without a sign of life."""

    upload_days: Annotated[int, Field(gt=0)] = 7
    """Days without a sign of life after which a file that was sent over the pages in part is given up."""

    public_url: str = ""
    """Address under which people reach the pages (``https://sohoa.example.vn``); empty: this machine alone."""

    lock_out_after: Annotated[int, Field(gt=0)] = 5
    """Wrong passwords in a row, for one name from one address, after which no more are looked at for a while."""

    lock_out_minutes: Annotated[float, Field(gt=0)] = 15
    """How long that while is."""

    idle_minutes: Annotated[float, Field(gt=0)] = 60.0
    """Minutes without a sign of somebody after which they have to sign in again."""

    look_days: Annotated[int, Field(ge=180)] = 1096
    """Days for which is kept who looked at which result."""

    second_factor: Literal["offered", "administrators", "everybody"] = "offered"
    """Who has to confirm signing in with a second factor (a code from an authenticator app)."""

    oidc_url: str = ""
    """Address of the office's own OpenID Connect server; with the next two, people may sign in there."""

    oidc_client: str = ""
    """Client id that this server gave to sohoa."""

    oidc_secret_file: Path | None = None
    """File that holds the client's secret, and nothing else."""

    oidc_name: str = "OpenID Connect"
    """What the button that leads there is called."""

    api_rate: Annotated[int, Field(gt=0)] = 600
    """Calls of the interface that each token may make in a minute."""

    webhook_networks: str = ""
    """Networks that are not public and may be called back all the same (``10.20.0.0/16, 127.0.0.1/32``)."""

    scan_findings: str = ""
    """How much findings about scans matter where it is not as by default (``blur=block, colour=off``)."""

    bin_days: Annotated[int, Field(ge=30)] = 30
    """Days that pages stay in the bin of a batch at least."""

    disposal_wait_days: Annotated[int, Field(ge=1)] = 30
    """Days that a decision to dispose of results waits, and can be withdrawn, before it is executed."""

    portal_codes: Path | None = None
    """JSON file of what the public service portal calls things, put over what is shipped (docs/reuse.md)."""

    indicator_points: str = ""
    """Points at most for indicators, and the percent from which they are given (``digitization=8, reuse=6@80``)."""

    smtp_host: str = ""
    """Server that takes e-mail from us; empty: reports are not sent."""

    smtp_port: Annotated[int, Field(ge=0, le=65535)] = 0
    """Its port; 0: the usual one of `smtp_security` (25, 587, 465)."""

    smtp_security: Literal["none", "starttls", "tls"] = "starttls"
    """How what is sent there is kept secret on its way."""

    smtp_user: str = ""
    """Name to sign in there with; empty: without signing in."""

    smtp_password_file: Path | None = None
    """File that holds the password, and nothing else."""

    smtp_from: str = ""
    """Address that reports come from (``sohoa@example.gov.vn``)."""

    work_pool: str = ""
    """Work pool at the Prefect server of PREFECT_API_URL whose workers, on any machine, read what waits; empty: this
    machine alone does.
    """

    backlog_slots: Annotated[int, Field(ge=0)] = 0
    """Runs for the backlog at a time in that pool, so that slots are left for the others; 0: no limit."""

    watch: tuple[WatchedFolder, ...] = ()
    """Folders that `sohoa serve` watches."""

    watch_every: Annotated[float, Field(gt=0)] = 5.0
    """Seconds between two looks at a watched folder."""

    watch_settled: Annotated[float, Field(ge=0)] = 15.0
    """Seconds that size and time of a file in a watched folder must stay as they are before it counts as complete."""

    watch_patience: Annotated[float, Field(ge=0)] = 600.0
    """Seconds without a change after which a file that does not seem complete is refused."""

    watch_keep_days: Annotated[int, Field(ge=0)] = 30
    """Days that files which were taken in stay in their folder; they are in the object store by then."""

    backup_target: str = ""
    """Where backups go, written like `storage_url`; empty: `sohoa backup` is told each time."""

    backup_recipients: str = ""
    """Public keys of age that backups are encrypted to (``age1…``, parted by spaces or commas)."""

    backup_keep: Annotated[int, Field(ge=0)] = 30
    """Backups that stay in their place; older ones are taken away. 0: all stay."""

    backup_warn_days: Annotated[float, Field(gt=0)] = 2.0
    """Days without a backup after which `sohoa doctor` warns."""

    trust: Path | None = None
    """Folder of certificates (PEM or DER) that electronic signatures are trusted by; None: nobody is trusted yet."""

    revocation: Literal["embedded", "folder", "online"] = "embedded"
    """Where is looked whether a certificate was revoked: in the signed file, in `trust` as well, or asked over the
    network as well.
    """

    corpus: Path | None = None
    """Folder of a corpus with truth, for tests and measurements."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment first, then files of secrets that it names, then ``sohoa.toml``; no dotenv."""
        secrets = secret_files.SecretFiles(settings_cls, PREFIX)
        return init_settings, env_settings, secrets, TomlConfigSettingsSource(settings_cls, _toml_files())

    @property
    def root(self) -> Path:
        """`home` as an absolute path."""
        return self.home.expanduser().absolute()

    @property
    def work(self) -> Path:
        """Folder for files in flight; may be emptied whenever nothing runs (half-sent uploads then begin anew)."""
        return self.root / "work"

    @property
    def database(self) -> str:
        """`database_url` with its default filled in."""
        return self.database_url or f"sqlite:///{self.root / 'catalog.sqlite3'}"

    @property
    def storage(self) -> str:
        """`storage_url` with its default filled in."""
        return self.storage_url or (self.root / "objects").as_uri()

    @property
    def workers(self) -> int:
        """`jobs` with its default filled in."""
        return self.jobs or len(os.sched_getaffinity(0))


def _toml_files() -> list[Path]:
    home = Path(os.environ.get(PREFIX + "HOME", "~/sohoa")).expanduser()
    return [path for path in (Path("sohoa.toml"), home / "sohoa.toml") if path.is_file()]


def _unknown_variables() -> list[str]:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    known |= {secret_files.variable(PREFIX, name) for name in secret_files.HOLD_SECRETS}
    return sorted(k for k in os.environ if k.startswith(PREFIX) and k.upper() not in known)


def _complaint(name: str, kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return f"{name} in sohoa.toml is no setting: remove it or mend its name"
    return f"{name}: {message}"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once (`settings.cache_clear` reads them again).

    Raises SettingsError for an unknown key or a value that is not understood.
    """
    if unknown := _unknown_variables():
        raise SettingsError(f"unknown setting {', '.join(unknown)}: remove it or mend its name (docs/settings.md)")
    try:
        return Settings()
    except ValidationError as error:
        lines = [_complaint(".".join(map(str, e["loc"])), e["type"], e["msg"]) for e in error.errors()]
        raise SettingsError("settings not understood: " + "; ".join(lines) + " (docs/settings.md)") from error
    except ValueError as error:  # a file that is not TOML
        raise SettingsError(f"sohoa.toml cannot be read: {error}") from error
