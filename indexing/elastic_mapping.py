"""The Elasticsearch mapping, in code and with a version (`fields.MAPPING_VERSION`).

Only field types and analysis that every 9.x server has: words come cut and folded (`indexing.words`), the server
splits them at spaces and joins neighbours to pairs. `_source` keeps all that was sent: to leave the words out costs
more work than the disk is worth, and the server keeps the full source for a while anyway.
"""

from __future__ import annotations

from typing import Any

from indexing import fields as f

ID, VERSION, LIVE, TEXT = "id", "version", "live", "text"
_PAIRS = "pairs"
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
    properties: dict[str, Any] = {name: _words(name) for name in (*f.WORD_FIELDS, *f.DERIVED_FIELDS)}
    properties |= {name: {"type": "keyword", "doc_values": False, "norms": False} for name in f.VALUE_FIELDS}
    for name in f.IN_ALL:
        properties[name]["copy_to"] = [f.ALL, *filter(None, [f.PAIRS_OF.get(name)])]
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
        "properties": properties,
    }


def settings() -> dict[str, Any]:
    """The settings of an index: one shard, so that all scores are counted over the same documents."""
    return {
        "number_of_shards": 1,
        "auto_expand_replicas": "0-1",
        "sort.field": ID,  # of equals the latest come first: so the server finds them without looking at all the others
        "sort.order": "desc",
        "similarity": {"default": {"type": "BM25", "k1": 1.2, "b": 0.75}},
        "analysis": {
            "filter": {
                _PAIRS: {
                    "type": "shingle",
                    "min_shingle_size": 2,
                    "max_shingle_size": 2,
                    "output_unigrams": False,
                    "token_separator": "_",
                }
            },
            "analyzer": {_PAIRS: {"type": "custom", "tokenizer": "whitespace", "filter": [_PAIRS]}},
        },
    }


def _words(name: str) -> dict[str, Any]:
    analyzer = _PAIRS if name in f.PAIRS_OF.values() else "whitespace"
    field: dict[str, Any] = {"type": "text", "analyzer": analyzer, "norms": name == f.TEXT_FOLD}
    if name in f.NO_POSITIONS:
        field["index_options"] = "docs"
    return field
