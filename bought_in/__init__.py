"""Digitization that was bought: a contractor's PDFs with their index, checked against what we read ourselves.

A Django app of its own (label ``bought_in``) on top of the catalog. Its functions take and give ids, codes and frozen
records; they check facts, and leave rights to the caller.
"""
