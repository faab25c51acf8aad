"""The Django app of signatures."""

from __future__ import annotations

from django.apps import AppConfig


class SignaturesConfig(AppConfig):
    """Label ``signatures``; its tables are ``signatures_…``."""

    name = "preservation.signatures"
    label = "signatures"
    verbose_name = "Chữ ký"
