"""The Django app of fixity."""

from __future__ import annotations

from django.apps import AppConfig


class FixityConfig(AppConfig):
    """Label ``fixity``; its tables are ``fixity_…``."""

    name = "preservation.fixity"
    label = "fixity"
    verbose_name = "Toàn vẹn"
