"""The Django app that holds people and memberships."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, and what they may do where."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
