"""Quotas: what each unit has to digitize, how far it is, and the reports about it.

A Django app of its own (label ``quotas``) on top of the catalog, registers and reuse. Its functions take and give
codes, days and frozen records; they check facts, and leave rights to the caller. See docs/quotas.md.
"""
