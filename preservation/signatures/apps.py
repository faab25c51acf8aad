"""The Django app of signatures."""

from __future__ import annotations

from django.apps import AppConfig


class SignaturesConfig(AppConfig):
    """Label ``signatures``; its tables are ``signatures_…``."""

    name = "preservation.signatures"
    label = "signatures"
    verbose_name = "Chữ ký"

    def ready(self) -> None:
        """What was said of a file goes when all that was in it is disposed of."""
        from catalog import disposal
        from preservation.signatures import forgetting

        disposal.when_erased(forgetting.forget)
