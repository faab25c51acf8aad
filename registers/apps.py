"""The Django app of registers."""

from __future__ import annotations

from django.apps import AppConfig


class RegistersConfig(AppConfig):
    """Label ``registers``; its tables are ``registers_…``."""

    name = "registers"
    label = "registers"
    verbose_name = "Sổ theo dõi"

    def ready(self) -> None:
        """What it keeps about a result goes when the result is disposed of; files of registers are named by it."""
        from catalog import disposal, holdings
        from registers import forgetting
        from registers.holdings import named, names

        disposal.when_erased(forgetting.forget)
        disposal.naming(names)
        holdings.also(named)
