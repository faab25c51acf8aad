"""The tree of errors: scripts rely on the exit codes."""

from __future__ import annotations

from core import errors


def test_each_branch_has_its_own_exit_code() -> None:
    codes = {
        kind.__name__: kind.exit_code
        for kind in vars(errors).values()
        if getattr(kind, "__base__", None) is errors.SohoaError
    }
    assert codes == {"UsageError": 2, "RefusedError": 3, "ServiceError": 4, "StorageError": 5, "NotFoundError": 6}


def test_a_refusal_keeps_its_reason_apart_from_its_message() -> None:
    error = errors.RefusedError("empty", "a.pdf is empty: scan it again")
    assert (error.reason, str(error)) == ("empty", "a.pdf is empty: scan it again")
