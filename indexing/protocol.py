"""What a search index can do, whatever it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import Protocol, Self

from indexing.records import Change, Hits, Query, SearchDocument

REMEDY = "run `sohoa reindex`"
"""What to do about an index that is missing, damaged or of another version."""


class SearchIndex(Protocol):
    """An index of results. It can be thrown away and made again from the catalog at any time.

    Every call may raise ServiceError with the remedy: index missing or damaged (`sohoa reindex`),
    server down, another process is writing. Errors never contain people's data.
    """

    def exists(self) -> bool:
        """Whether an index was ever made here (by `rebuild`) and is still there."""
        ...

    def apply(self, changes: Sequence[Change]) -> None:
        """Make the changes visible to searches; when it returns, all of them are.

        Late, repeated and unordered changes do no harm (see `SearchDocument.version`). Raises
        ServiceError if any change could not be made: then apply all of them again later. Where there
        is no index, none is made: it would look complete and hold nothing of what was recorded before.
        """
        ...

    def search(self, query: Query) -> Hits:
        """The results for `query`. Raises UsageError if `limit` or `offset` is out of bounds."""
        ...

    def count(self) -> int:
        """How many results can be found; 0 where there is no index yet."""
        ...

    def versions(self) -> Iterator[tuple[int, int]]:
        """Id and version of each result that can be found, by id, a part at a time; to compare with the catalog."""
        ...

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        """Replace the index, if there is one, by a new one made of `documents`; return how many it holds.

        Searches go on in the old one until the new one is complete; if anything fails, the old one
        stays. `documents` is read as a stream, from after the call.
        """
        ...

    def check(self) -> None:
        """Return if searches can be answered now; raise ServiceError with the remedy otherwise."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...

    def __enter__(self) -> Self:
        """Use as a context manager: closed at the end."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        ...
