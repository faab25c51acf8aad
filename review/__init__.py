"""Checking what was read: who looks at what, the second pair of eyes, samples and error rates, duplicates.

A Django app of its own (label ``review``) on top of the catalog. Its functions take and give ids, codes and frozen
records; they check facts, and leave rights to the caller.
"""
