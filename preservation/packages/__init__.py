"""Packages for transfer: results with their files and metadata, for an archive or another office; and checking one."""
