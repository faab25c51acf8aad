"""What Django needs to know for the pages, on top of what the catalog told it.

The pages have no accounts yet. Who may see them is decided by the address that they listen on (loopback)
and by ALLOWED_HOSTS, which also keeps other web sites from reaching them under a name of their own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from catalog.configuration import django_settings
from core.settings import settings
from web.secret import secret_key

HERE = Path(__file__).parent
LANGUAGES = (("vi", "Tiếng Việt"), ("en", "English"))


def extras() -> dict[str, Any]:
    """Settings for `catalog.setup`. Makes the secret key on first use."""
    database = django_settings()["DATABASES"]["default"]
    return {
        "ALLOWED_HOSTS": ["127.0.0.1", "localhost", "[::1]"],
        "DEBUG": False,
        # Requests come on ever new threads, whose connections would stay open.
        "DATABASES": {"default": database | {"CONN_MAX_AGE": 0}},
        "INSTALLED_APPS": ["catalog", "web"],
        "LANGUAGES": LANGUAGES,
        "LANGUAGE_CODE": "vi",
        "LOCALE_PATHS": [HERE / "locale"],
        "MIDDLEWARE": [
            "web.middleware.SafetyHeaders",
            "django.middleware.security.SecurityMiddleware",
            "whitenoise.middleware.WhiteNoiseMiddleware",
            "django.middleware.common.CommonMiddleware",
            "web.middleware.Language",
            "web.middleware.Faults",
        ],
        "ROOT_URLCONF": "web.urls",
        "SECRET_KEY": secret_key(settings().root / "secret_key"),
        "SECURE_REFERRER_POLICY": "same-origin",
        "STATIC_ROOT": str(HERE / "static"),
        "STATIC_URL": "/static/",
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [str(HERE / "templates")],
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.template.context_processors.i18n",
                    ]
                },
            }
        ],
        "WHITENOISE_ALLOW_ALL_ORIGINS": False,
    }
