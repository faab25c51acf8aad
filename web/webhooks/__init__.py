"""Calling other programs back when a result is recorded, verified, corrected, replaced, revoked, or that is undone.

Nothing has to be written at the moment of the change, so none gets lost: messages are made from the units' chains of
events, which have no gaps (`hearing`), kept until the other side has taken them, and tried for two days (`telling`).
Each goes out signed, to an address that was looked at in the very moment of calling (`addresses`, `calling`).
"""
