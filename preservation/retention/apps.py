"""The Django app of retention."""

from __future__ import annotations

from django.apps import AppConfig


class RetentionConfig(AppConfig):
    """Label ``retention``; its tables are ``retention_…``."""

    name = "preservation.retention"
    label = "retention"
    verbose_name = "Lưu giữ"
