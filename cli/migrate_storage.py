"""``sohoa migrate-storage`` and ``sohoa migrate-catalog``: from one set of services to another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.backup import progress
from cli.services import open_accounts
from cli.terminal import note, say
from cli.texts import _
from core.errors import StorageError


def migrate_storage(
    to: Annotated[str, typer.Option("--to", metavar="URL", help=_("Store to copy to: file:///PATH or s3://…"))],
    source: Annotated[
        str | None, typer.Option("--from", metavar="URL", help=_("Store to copy from; none: the one in use."))
    ] = None,
) -> None:
    """Copy all objects to another store; exit code 5 if some are damaged. Run again, it goes on."""
    import storage
    from core.settings import settings

    open_accounts()
    from preservation.backup import moving

    old, new = storage.open_store(source or settings().storage), storage.open_store(to)
    moving.require_other(repr(old), repr(new), _("store"))
    moved = moving.objects(old, new, progress())
    text = _("Objects in the old store: {objects}; copied now: {copied}; there already: {already}.")
    say(text.format(objects=moved.objects, copied=moved.copied, already=moved.already))
    for key in moved.damaged:
        note(_("damaged, not copied: {key}").format(key=key))
    if moved.damaged:
        raise StorageError(_("{count} objects are damaged in the old store").format(count=len(moved.damaged)))
    say(_("Now set SOHOA_STORAGE_URL (or storage_url in sohoa.toml) to the new address and start sohoa again."))
    say(_("Then run this once more with --from and the old address, for what came meanwhile."))


def migrate_catalog(
    to: Annotated[
        str, typer.Option("--to", metavar="URL", help=_("Database to move to: postgresql://… or sqlite:///PATH"))
    ],
    source: Annotated[
        str | None, typer.Option("--from", metavar="URL", help=_("Database to move from; none: the one in use."))
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help=_("Throw away what the new catalog holds."))] = False,
) -> None:
    """Copy the catalog into another database. Nothing else may be running meanwhile."""
    import catalog
    from catalog.configuration import database
    from core.settings import settings
    from web.settings import fixed

    old = source or settings().database
    if to.startswith("sqlite:///"):
        Path(str(database(to)["NAME"])).parent.mkdir(parents=True, exist_ok=True)
    catalog.setup(fixed() | {"DATABASES": {"default": database(to)}})
    from preservation.backup import moving

    moving.require_other(old, to, _("database"))
    count = moving.rows(database(old), progress(), replace=replace)
    say(_("Rows in the new catalog: {count}. Events were verified.").format(count=count))
    say(_("Now set SOHOA_DATABASE_URL (or database_url in sohoa.toml) to the new address and start sohoa again."))
