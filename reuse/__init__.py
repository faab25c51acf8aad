"""Results used again: the ledger of reuse, the package that a dossier gets, and certified copies.

A Django app of its own (label ``reuse``) on top of the catalog: call
``catalog.setup({"INSTALLED_APPS": ["catalog", "reuse", …]})`` before importing its modules. They check
facts (is the code one, is the result valid on that day); who may do what is decided by the caller.
"""
