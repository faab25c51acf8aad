"""The Elasticsearch mapping, in code and with a version (`fields.MAPPING_VERSION`).

Only field types and analysis that every 9.x server has: words come cut and folded (`indexing.words`), and
the server splits them at spaces. `_source` keeps what is shown, not the words made from it.
"""

from __future__ import annotations

from typing import Any

from indexing import fields as f

ID, VERSION, LIVE, TEXT = "id", "version", "live", "text"
LABELS = {f.TYPE: "type_label", f.SECTOR: "sector_label"}


def template(alias: str) -> dict[str, Any]:
    """The index template: whatever is made under the name of one of our indexes gets our mapping."""
    return {
        "index_patterns": [f"{alias}-*"],
        "template": {"mappings": mapping(), "settings": settings()},
        "version": f.MAPPING_VERSION,
        "priority": 500 + len(alias),  # of two aliases, one of which begins like the other, each has its own
    }


def mapping() -> dict[str, Any]:
    """The mappings of an index."""
    properties: dict[str, Any] = {name: _words(name) for name in f.WORD_FIELDS}
    properties |= {name: {"type": "keyword", "doc_values": False, "norms": False} for name in f.VALUE_FIELDS}
    properties |= {name: {"type": "keyword", "eager_global_ordinals": True} for name in f.COUNTED_FIELDS}
    properties |= {name: {"type": "integer"} for name in f.DAY_FIELDS}
    properties |= {name: {"type": "keyword", "index": False, "doc_values": False} for name in LABELS.values()}
    properties |= {
        ID: {"type": "long"},
        VERSION: {"type": "long", "index": False, "doc_values": False},
        LIVE: {"type": "boolean"},
        TEXT: {"type": "text", "index": False},
    }
    return {
        "dynamic": "strict",
        "_meta": {"version": f.MAPPING_VERSION},
        "_source": {"excludes": [*f.WORD_FIELDS, *set(f.VALUE_FIELDS).difference(f.COUNTED_FIELDS)]},
        "properties": properties,
    }


def settings() -> dict[str, Any]:
    """The settings of an index: one shard, so that all scores are counted over the same documents."""
    return {
        "number_of_shards": 1,
        "auto_expand_replicas": "0-1",
        "similarity": {"default": {"type": "BM25", "k1": 1.2, "b": 0.75}},
    }


def _words(name: str) -> dict[str, Any]:
    field: dict[str, Any] = {"type": "text", "analyzer": "whitespace", "norms": name == f.TEXT_FOLD}
    if name in f.NO_POSITIONS:
        field["index_options"] = "docs"
    return field
