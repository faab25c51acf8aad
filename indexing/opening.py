"""From a setting to an index."""

from __future__ import annotations

from pathlib import Path

from core.errors import SettingsError
from indexing.protocol import SearchIndex

EMBEDDED = "embedded:"


def open_index(url: str, name: str, folder: Path) -> SearchIndex:
    """The index that `url` names; nothing is read or connected to before the first call.

    `url` is ``embedded:`` (an index of our own in `folder`) or ``http(s)://[user:secret@]host:port``
    (Elasticsearch, under the alias `name`). Raises SettingsError if it is neither.
    """
    if url == EMBEDDED:
        from indexing.embedded import EmbeddedIndex

        return EmbeddedIndex(folder / name)
    if url.startswith(("http://", "https://")):
        from indexing.elastic import ElasticIndex

        return ElasticIndex(url, name)
    raise SettingsError("search_url must be `embedded:` or `http://host:9200` (docs/settings.md)")
