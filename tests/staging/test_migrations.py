"""The migrations of staging are those of its models."""

from __future__ import annotations

from django.core.management import call_command


def test_no_migration_is_missing(database: str) -> None:
    call_command("makemigrations", "staging", check=True, dry_run=True, verbosity=0)
