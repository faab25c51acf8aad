"""What tests about signatures share: people with certificates, made once."""

from __future__ import annotations

import pytest

from tests.preservation.signatures.support import People


@pytest.fixture(scope="session")
def people() -> People:
    """A root, an authority, time stamps and a person."""
    return People.made()
