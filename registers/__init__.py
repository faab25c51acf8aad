"""Registers: what should exist. Lists of the results that a unit issued, the dossiers that they came from, and which
digitized result is which line.

A Django app of its own (label ``registers``) on top of the catalog. Its functions take and give ids, codes and frozen
records; they check facts, and leave rights to the caller. See docs/registers.md.
"""
