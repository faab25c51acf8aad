"""The Django app of review."""

from __future__ import annotations

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """Label ``review``; its tables are ``review_…``."""

    name = "review"
    label = "review"
    verbose_name = "Kiểm tra"
