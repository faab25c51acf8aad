"""The Django app of quotas."""

from __future__ import annotations

from django.apps import AppConfig


class QuotasConfig(AppConfig):
    """Label ``quotas``; its tables are ``quotas_…``."""

    name = "quotas"
    label = "quotas"
    verbose_name = "Chỉ tiêu"
