"""Paper on its way to be read: batches, the ways in, the desk on which pages are put in order, quality of the scan.

A Django app of its own (label ``staging``) on top of the catalog. Its functions take and give ids, codes and frozen
records; they check facts, and leave rights to the caller.
"""
