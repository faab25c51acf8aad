"""The Django app of review."""

from __future__ import annotations

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """Label ``review``; its tables are ``review_…``."""

    name = "review"
    label = "review"
    verbose_name = "Kiểm tra"

    def ready(self) -> None:
        """What it keeps about a result goes when the result is disposed of."""
        from catalog import disposal
        from review import forgetting

        disposal.when_erased(forgetting.forget)
