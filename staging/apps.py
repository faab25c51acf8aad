"""The Django app of staging."""

from __future__ import annotations

from django.apps import AppConfig


class StagingConfig(AppConfig):
    """Label ``staging``; its tables are ``staging_…``."""

    name = "staging"
    label = "staging"
    verbose_name = "Trước khi nhận dạng"

    def ready(self) -> None:
        """What it keeps about a result goes when the result is disposed of."""
        from catalog import disposal
        from staging import forgetting

        disposal.when_erased(forgetting.forget)
