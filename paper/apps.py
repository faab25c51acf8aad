"""The Django app of paper."""

from __future__ import annotations

from django.apps import AppConfig


class PaperConfig(AppConfig):
    """Label ``paper``; its tables are ``paper_…``."""

    name = "paper"
    label = "paper"
    verbose_name = "Hồ sơ giấy"
