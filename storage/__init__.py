"""Objects by content: one protocol (`ObjectStore`), kept in a folder or on any S3 server."""

from storage.places import Place, open_place
from storage.protocol import ObjectStore, hash_of, key_of
from storage.urls import open_store

__all__ = ["ObjectStore", "Place", "hash_of", "key_of", "open_place", "open_store"]
