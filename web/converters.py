"""Numbers in addresses."""

from __future__ import annotations


class Number:
    """A number that fits a database key; anything longer is an address that does not exist."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """Its digits."""
        return str(value)
