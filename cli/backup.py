"""``sohoa backup`` and ``sohoa restore``: everything to another place, and back."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.progress import LineProgress
from cli.services import open_accounts, open_store
from cli.terminal import note, print_json, print_pairs, print_table, say
from cli.texts import _
from core.errors import StorageError, UsageError

if TYPE_CHECKING:
    from preservation.backup.checking import Checked
    from preservation.backup.format import Progress
    from preservation.backup.history import MadeRow
    from preservation.backup.restoring import Restored
    from preservation.backup.sealing import Keys
    from storage import Place

TargetArgument = Annotated[
    str | None,
    typer.Argument(metavar="TARGET", help=_("A folder, file:///PATH or s3://…; none: the setting backup_target.")),
]
IdentityOption = Annotated[
    Path | None, typer.Option(metavar="FILE", dir_okay=False, help=_("File with the private key (age-keygen)."))
]
PassphraseOption = Annotated[
    Path | None, typer.Option(metavar="FILE", dir_okay=False, help=_("File whose first line is the passphrase."))
]
NameOption = Annotated[str, typer.Option("--backup", metavar="NAME", help=_("Which backup; none: the newest."))]
_EVERY = 10.0
"""Seconds between two lines of progress at least."""
_SHORTEST = 12
"""Letters of a passphrase at least."""
_STAGES = {
    "rows": _("rows packed: {done}"),
    "objects": _("objects copied: {done} of {of}"),
    "check": _("files read: {done} of {of}"),
    "load": _("rows loaded: {done}"),
    "pruning": _("old files taken away: {done}"),
}


def backup(  # noqa: PLR0913, PLR0917 - an option each
    target: TargetArgument = None,
    recipient: Annotated[
        list[str] | None,
        typer.Option(metavar="AGE1…", help=_("Public key that may read it; several may. First time only.")),
    ] = None,
    passphrase_file: PassphraseOption = None,
    keep: Annotated[int | None, typer.Option(min=0, metavar="N", help=_("Backups that stay; 0: all."))] = None,
    anew: Annotated[bool, typer.Option("--anew", help=_("Begin anew in a place that was emptied."))] = False,
    check: Annotated[bool, typer.Option("--check", help=_("Make none; read one whole and verify it."))] = False,
    listing: Annotated[bool, typer.Option("--list", help=_("Make none; list those that lie there."))] = False,
    name: NameOption = "",
    identity: IdentityOption = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print JSON only."))] = False,
) -> None:
    """Make a backup, or check one; exit code 5 if an object was not to be had or a file is not as it was written."""
    if listing or check:  # also where there is no catalog, such as before a restore
        _set_up()
        at = place_of(target)
        _list(at, as_json) if listing else _check(at, name, _keys(at, identity, passphrase_file), as_json)
    else:
        open_accounts()
        to = place_of(target)
        _make(to, recipient or [], passphrase_file, keep, anew, as_json)


def restore(
    target: TargetArgument = None,
    identity: IdentityOption = None,
    passphrase_file: PassphraseOption = None,
    name: NameOption = "",
    replace: Annotated[bool, typer.Option("--replace", help=_("Throw away what the catalog here holds."))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print JSON only."))] = False,
) -> None:
    """Bring everything back from a backup; exit code 5 if something in it is damaged (the rest comes back)."""
    from core.settings import settings

    for folder in (settings().root, settings().work):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _set_up()
    from catalog import restoring as mark
    from preservation.backup import restoring

    at = place_of(target)
    keys = _keys(at, identity, passphrase_file)
    if keys is None:
        raise UsageError(_("give the private key (--identity FILE) or the passphrase (--passphrase-file FILE)"))
    if what := mark.unfinished():
        note(_("Bringing everything back from {what} was interrupted: going on.").format(what=what))
    done = restoring.restore(at, open_store(), keys, name, replace=replace, say=progress())
    note(_("Building the search index."))
    from flows.run import reindex

    found = reindex(LineProgress())
    mark.end()
    _tell_restored(done, found, as_json)


def _set_up() -> None:
    """The tables are known; whether they are there is not looked at, and no secret key is made: that one comes back."""
    import catalog
    from web.settings import fixed

    catalog.setup(fixed())


def place_of(target: str | None) -> Place:
    """The place of backups that is meant: an address, the path of a folder, or the setting. Raises UsageError."""
    import storage
    from core.settings import settings

    url = target or settings().backup_target
    if not url:
        raise UsageError(_("say where: sohoa backup TARGET, or set SOHOA_BACKUP_TARGET"))
    if "://" not in url:
        url = Path(url).expanduser().absolute().as_uri()
    place, own = storage.open_place(url), storage.open_place(settings().storage)
    if Path(place.where).is_relative_to(settings().root):
        raise UsageError(_("that lies in SOHOA_HOME, and would be lost with it: choose another disk"))
    if place.where == own.where:
        raise UsageError(_("that is where the objects themselves are kept: choose another place"))
    return place


def progress() -> Callable[[Progress], None]:
    """Says how far a piece of work has come, a line every ten seconds."""
    last = time.monotonic()

    def told(one: Progress) -> None:
        nonlocal last
        if time.monotonic() - last >= _EVERY:
            last = time.monotonic()
            note(_STAGES[one.stage].format(done=one.done, of=one.of or "?"))

    return told


def _passphrase(file: Path | None) -> str:
    if file is None:
        return ""
    try:
        lines = (sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")).splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(_("{file} cannot be read: {why}").format(file=file, why=error)) from error
    if not lines or len(lines[0]) < _SHORTEST:
        raise UsageError(_("the passphrase has to have at least {count} letters").format(count=_SHORTEST))
    return lines[0]


def _keys(at: Place, identity: Path | None, passphrase_file: Path | None) -> Keys | None:
    """What the backup is read with; None: nothing was given."""
    from preservation.backup import opening

    if identity is None and passphrase_file is None:
        return None
    content = ""
    if identity is not None:
        try:
            content = identity.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(_("{file} cannot be read: {why}").format(file=identity, why=error)) from error
    return opening.keys(at, content, str(identity), _passphrase(passphrase_file))


def _make(
    to: Place, recipients: list[str], passphrase_file: Path | None, keep: int | None, anew: bool, as_json: bool
) -> None:
    from core.settings import settings
    from preservation.backup import making

    current = settings()
    passphrase = _passphrase(passphrase_file)
    given = recipients or ([] if passphrase else current.backup_recipients.replace(",", " ").split())
    wish = making.Wish(tuple(given), passphrase, current.backup_keep if keep is None else keep, anew)
    made = making.make(to, open_store(), wish, progress())
    if as_json:
        print_json(_as_dict(made))
    else:
        say(_("Backup {name} is in {place}.").format(name=made.name, place=made.place))
        print_pairs(
            {
                _("Rows"): made.rows,
                _("Objects"): made.objects,
                _("Written, MB"): f"{made.written / 1e6:.1f}",
                _("Seconds"): f"{made.seconds:.1f}",
                _("Fingerprint"): made.fingerprint,
            }
        )
    if made.missing:
        text = _("{count} objects that the catalog names are lost or damaged here and not in the backup: sohoa verify")
        raise StorageError(text.format(count=made.missing))


def _check(at: Place, name: str, keys: Keys | None, as_json: bool) -> None:
    from preservation.backup import checking

    found = checking.check(at, name, keys, progress())
    if as_json:
        print_json(asdict(found))
    else:
        _tell_checked(found)
    if found.faults:
        raise StorageError(_("the backup {name} is damaged: make another one now").format(name=found.name))


def _tell_checked(found: Checked) -> None:
    text = _("Backup {name}: {files} files read, {size:.1f} MB.")
    say(text.format(name=found.name, files=found.files, size=found.size / 1e6))
    for fault in found.faults:
        note(fault)
    if found.missing:
        note(_("{count} objects were lost before it was made.").format(count=found.missing))
    if not found.faults:
        good = _("Each file is as it was written, and can be opened with the key.")
        say(good if found.opened else _("Each file is as it was written. Whether a key opens them was not tried."))


def _list(at: Place, as_json: bool) -> None:
    from preservation.backup import opening, place

    opening.for_reading(at)
    found = [(name, place.manifest(at, name)[1]) for name in place.backups(at)]
    if as_json:
        rows = [{"name": n, "made": m.made.isoformat(), "rows": m.rows, "objects": m.objects} for n, m in found]
        print_json(rows)
        return
    heads = (_("Backup"), _("Made"), _("Rows"), _("Objects"))
    print_table(heads, [(n, f"{m.made:%Y-%m-%d %H:%M}Z", m.rows, m.objects) for n, m in found], right=(2, 3))


def _tell_restored(done: Restored, findable: int, as_json: bool) -> None:
    if as_json:
        print_json(asdict(done) | {"findable": findable})
    else:
        say(_("Everything of backup {name} is back.").format(name=done.name))
        print_pairs(
            {
                _("Rows"): done.rows,
                _("Objects"): done.objects,
                _("Results findable"): findable,
                _("Files of the home"): ", ".join(done.home),
                _("Fingerprint"): done.fingerprint,
            }
        )
    for fault in done.faults:
        note(fault)
    if done.missing:
        note(_("{count} objects were lost before it was made.").format(count=done.missing))
    if done.faults:
        raise StorageError(_("something in the backup is damaged: see above, and try an older one for what is missing"))


def _as_dict(made: MadeRow) -> dict[str, object]:
    return asdict(made) | {"time": made.time.isoformat(), "checked": made.checked and made.checked.isoformat()}
