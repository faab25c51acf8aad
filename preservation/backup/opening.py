"""Whose a place is, and for which keys: looked at before anything is written there, or read.

Keys are taken from who asks, or from what this installation wrote down itself, never from the place alone: whoever can
write there could put their own public key into it, and read all backups from then on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from pyrage import x25519

from core.errors import NotFoundError, UsageError
from preservation.backup import format, history, place, sealing
from preservation.backup.format import About
from preservation.backup.sealing import Keys
from storage import Place


@dataclass(frozen=True, slots=True)
class Opened:
    """A place that backups of this installation may be written to."""

    about: About
    recipients: Sequence[x25519.Recipient]


def for_writing(to: Place, given: Sequence[str], passphrase: str, *, anew: bool = False) -> Opened:
    """Look at the place, and set it up if it is empty. Raises UsageError, StorageError."""
    wanted = tuple(sorted({one.strip() for one in given}))
    sealing.recipients(wanted)
    about = place.about(to)
    if about is None:
        return _set_up(to, wanted, passphrase, anew)
    if about.installation != history.identity().code:
        raise UsageError(f"{to.where} holds the backups of another installation: choose another place")
    known = wanted or _known(to, about, passphrase)
    if known != about.recipients:
        text = f"the backups in {to.where} are for other keys: choose another place for these, or give those keys"
        raise UsageError(text)
    return Opened(about, sealing.recipients(known))


def for_reading(at: Place) -> About:
    """Whose backups lie there; raises UsageError where none do, StorageError for a newer format."""
    about = place.about(at)
    if about is None:
        raise UsageError(f"there is no backup in {at.where}: check the address, and whether the disk is mounted")
    return about


def keys(at: Place, key_file: str, where: str, passphrase: str) -> Keys:
    """What the backups there are read with: the text of a key file, or a passphrase. Raises UsageError."""
    if key_file:
        return sealing.read_keys(key_file, where)
    if not passphrase:
        raise UsageError("give the private key (`--identity FILE`) or the passphrase (`--passphrase-file FILE`)")
    try:
        return sealing.open_identity(place.small(at, format.IDENTITY), passphrase)
    except NotFoundError as error:
        text = f"the backups in {at.where} are not protected by a passphrase: give the private key (`--identity FILE`)"
        raise UsageError(text) from error


def _set_up(to: Place, wanted: tuple[str, ...], passphrase: str, anew: bool) -> Opened:
    if next(iter(to.names(format.BACKUPS)), None) is not None:
        raise UsageError(f"{to.where} holds backups but no {format.ABOUT}: choose another place")
    if history.last(to.where) is not None and not anew:
        text = f"backups were made in {to.where}, and it is empty now: is the disk mounted? To begin anew: `--anew`"
        raise UsageError(text)
    if not wanted and not passphrase:
        raise UsageError(
            "say who shall be able to read the backup: `--recipient age1…` (make a pair with `age-keygen -o key.txt`, "
            "and keep key.txt elsewhere), the setting backup_recipients, or `--passphrase-file FILE`"
        )
    if not wanted:
        public, protected = sealing.new_identity(passphrase)
        place.put_small(to, format.IDENTITY, protected)
        wanted = (public,)
        about = About(format.FORMAT, history.identity().code, wanted, passphrase=True)
    else:
        about = About(format.FORMAT, history.identity().code, wanted)
    readme = files("preservation.backup").joinpath("data/README.txt").read_bytes()
    place.put_small(to, format.README, readme)
    place.put_small(to, format.ABOUT, format.write_about(about))
    return Opened(about, sealing.recipients(wanted))


def _known(to: Place, about: About, passphrase: str) -> tuple[str, ...]:
    """The public keys that we know the place to be for."""
    last = history.last(to.where)
    if last is not None:
        return last.recipients
    if about.passphrase and passphrase:
        opened = sealing.open_identity(place.small(to, format.IDENTITY), passphrase)
        return tuple(str(one.to_public()) for one in opened.identities)
    raise UsageError(
        f"a backup was begun in {to.where} and never finished: give the public keys or the passphrase once more"
    )
