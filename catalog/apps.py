"""The Django app of the catalog."""

from __future__ import annotations

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Label ``catalog``; its tables are ``catalog_…``."""

    name = "catalog"
    label = "catalog"
    verbose_name = "Kho kết quả"
