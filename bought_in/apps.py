"""The Django app of bought-in."""

from __future__ import annotations

from django.apps import AppConfig


class BoughtInConfig(AppConfig):
    """Label ``bought_in``; its tables are ``bought_in_…``."""

    name = "bought_in"
    label = "bought_in"
    verbose_name = "Số hóa thuê ngoài"

    def ready(self) -> None:
        """What it keeps about a result goes when the result is disposed of; and it names objects."""
        from bought_in import forgetting
        from bought_in.holdings import named
        from catalog import disposal, holdings

        disposal.when_erased(forgetting.forget)
        disposal.naming(forgetting.names)
        holdings.also(named)
