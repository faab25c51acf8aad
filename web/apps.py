"""The Django app of the pages, and of the tables of the interface for other programs."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Templates and static files of the pages; tables ``web_…``."""

    name = "web"
    default_auto_field = "django.db.models.BigAutoField"
