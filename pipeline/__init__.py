"""The way of one document from file to fields and archive file; knows no service and no database."""

PIPELINE_VERSION = "2"
"""Raised whenever the same bytes would give another reading, fields or archive file."""
