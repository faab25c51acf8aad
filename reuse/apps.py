"""The Django app of the reuse ledger."""

from __future__ import annotations

from django.apps import AppConfig


class ReuseConfig(AppConfig):
    """Label ``reuse``; its tables are ``reuse_…``."""

    name = "reuse"
    label = "reuse"
    verbose_name = "Tái sử dụng"
