"""The Django app of bought-in."""

from __future__ import annotations

from django.apps import AppConfig


class BoughtInConfig(AppConfig):
    """Label ``bought_in``; its tables are ``bought_in_…``."""

    name = "bought_in"
    label = "bought_in"
    verbose_name = "Số hóa thuê ngoài"
