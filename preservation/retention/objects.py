"""Objects that go with disposed results: erased from the store and from the second copy, after a last look whether
something else names them. What the store is bound to keep (object lock) stays in the list and is tried again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from catalog import graves
from catalog.graves import Doomed, Fate
from core.errors import LockedError, NotFoundError, SohoaError
from core.settings import settings
from storage import ObjectStore, open_store

_AT_ONCE = 200
_NEVER = threading.Event()


@dataclass(slots=True)
class Swept:
    """What came of it."""

    erased: int = 0
    named: int = 0
    """They stay, because something else names them."""
    locked: int = 0
    """The store is bound to keep them for now."""
    waiting: int = 0
    """Somebody is at work on a file of the same bytes, or the store is away."""


def stores() -> tuple[ObjectStore, ...]:
    """Where objects lie: the second copy first, so that the store is asked again as long as any copy is left."""
    return tuple(open_store(url) for url in (settings().second_copy_url, settings().storage) if url)


def sweep(places: Sequence[ObjectStore], stop: threading.Event = _NEVER) -> Swept:
    """Erase what is to go, once each. A store that is away leaves things as they are; nothing is raised for it."""
    found, after = Swept(), 0
    while part := graves.waiting(after, _AT_ONCE):
        after = part[-1].id
        named = graves.named(one.key for one in part)
        for one in part:
            if stop.is_set():
                return found
            if one.key in named:
                graves.stays(one.id)
                found.named += 1
            else:
                _one(one, places, found)
    return found


def bring_back_none(places: Sequence[ObjectStore]) -> int:
    """Objects that were erased and are there again, as after a restore from an older copy, are to go once more; gives
    how many. What something names by now stays.
    """
    again, after = 0, 0
    while part := graves.gone(after, _AT_ONCE):
        after = part[-1].id
        back = [one for one in part if any(place.exists(one.key) for place in places)]
        named = graves.named(one.key for one in back)
        for one in back:
            if one.key not in named:
                graves.doom_again(one.id)
                again += 1
    return again


def _one(one: Doomed, places: Sequence[ObjectStore], found: Swept) -> None:
    try:
        fate = graves.erase_object(one.id, _from(places))
    except LockedError as error:
        graves.failed(one.id, str(error), error.until)
        found.locked += 1
    except SohoaError as error:
        graves.failed(one.id, str(error))
        found.waiting += 1
    else:
        found.erased += fate is Fate.ERASED
        found.named += fate is Fate.NAMED
        found.waiting += fate is Fate.AT_WORK


def _from(places: Sequence[ObjectStore]) -> Callable[[str], None]:
    def remove(key: str) -> None:
        for place in places:
            try:
                place.remove(key)
            except NotFoundError:  # a run that was killed after this has erased it already
                continue

    return remove
