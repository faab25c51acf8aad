"""The Django app of backup."""

from __future__ import annotations

from django.apps import AppConfig


class BackupConfig(AppConfig):
    """Label ``backup``; its tables are ``backup_…``."""

    name = "preservation.backup"
    label = "backup"
    verbose_name = "Sao lưu"
