"""The Django app of registers."""

from __future__ import annotations

from django.apps import AppConfig


class RegistersConfig(AppConfig):
    """Label ``registers``; its tables are ``registers_…``."""

    name = "registers"
    label = "registers"
    verbose_name = "Sổ theo dõi"

    def ready(self) -> None:
        """What it keeps about a result goes when the result is disposed of."""
        from catalog import disposal
        from registers import forgetting

        disposal.when_erased(forgetting.forget)
