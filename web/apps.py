"""The Django app of the pages; it has no tables."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Templates and static files of the pages."""

    name = "web"
