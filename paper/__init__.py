"""Where the paper lies: boxes, shelves, positions, who has it on loan.

A Django app of its own (label ``paper``) on top of the catalog. Its functions take and give ids, codes and frozen
records; they check facts, and leave rights to the caller.
"""
