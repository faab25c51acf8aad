"""What Django needs to know for the pages, on top of what the catalog told it.

Everything is closed unless its view says who may see it (`web.rights`, `web.gate`). Which names the pages answer to is
told by ``public_url``; without one they are for this machine alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from catalog.configuration import CAPABILITIES, django_settings
from core.errors import SettingsError
from core.settings import settings
from web.secret import secret_key

HERE = Path(__file__).parent
LANGUAGES = (("vi", "Tiếng Việt"), ("en", "English"))
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
APPS = (
    *CAPABILITIES,
    "accounts",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "django_htmx",
    "web",
)
_MIDDLEWARE = (
    "web.middleware.SafetyHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "web.middleware.Language",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "web.sessions.Sessions",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "web.gate.Gate",
    "web.middleware.Faults",
    "axes.middleware.AxesMiddleware",
)
_CONTEXT = (
    "django.template.context_processors.request",
    "django.template.context_processors.i18n",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "web.context.frame",
)
_SHIFT = 10 * 3600
"""Seconds after which one has to sign in again, as `web.sessions` says: a working day."""

_HALF_A_YEAR = 182 * 24 * 3600
"""Seconds for which browsers are told to come over TLS alone."""


def fixed() -> dict[str, Any]:
    """What is the same in every installation, and needs neither our settings nor the disk."""
    return {
        "AUTH_USER_MODEL": "accounts.User",
        "DEBUG": False,
        "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
        "INSTALLED_APPS": list(APPS),
        "LANGUAGES": LANGUAGES,
        "LANGUAGE_CODE": "vi",
        "LOCALE_PATHS": [HERE / "locale"],
        "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
        "MIDDLEWARE": list(_MIDDLEWARE),
        "ROOT_URLCONF": "web.urls",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "SECURE_REFERRER_POLICY": "same-origin",
        "STATIC_URL": "/static/",
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [str(HERE / "templates")],
                "OPTIONS": {"context_processors": list(_CONTEXT)},
            }
        ],
        "WHITENOISE_ALLOW_ALL_ORIGINS": False,
        "WHITENOISE_USE_FINDERS": True,
    } | _signing_in()


def extras() -> dict[str, Any]:
    """Settings for `catalog.setup`. Makes the secret key on first use; raises SettingsError."""
    current = settings()
    database = django_settings()["DATABASES"]["default"]
    tls = current.public_url.startswith("https://")
    return fixed() | {
        "ALLOWED_HOSTS": [*LOOPBACK, *_public_host()],
        "AXES_COOLOFF_TIME": current.lock_out_minutes / 60,
        "AXES_FAILURE_LIMIT": current.lock_out_after,
        "CSRF_COOKIE_SECURE": tls,
        "CSRF_TRUSTED_ORIGINS": [current.public_url.rstrip("/")] if tls else [],
        # Requests come on ever new threads, whose connections would stay open.
        "DATABASES": {"default": database | {"CONN_MAX_AGE": 0}},
        "SECRET_KEY": secret_key(current.root / "secret_key"),
        "SECURE_HSTS_SECONDS": _HALF_A_YEAR if tls else 0,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if tls else None,
        "SESSION_COOKIE_SECURE": tls,
        "SOCIALACCOUNT_PROVIDERS": _openid(),
    }


def _signing_in() -> dict[str, Any]:
    """Sessions, names and passwords, two factors, and the lock after wrong passwords."""
    return {
        "ACCOUNT_ADAPTER": "web.signing_in.AccountAdapter",
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_LOGIN_METHODS": {"username"},
        "ACCOUNT_LOGOUT_REDIRECT_URL": "/sign-in/",
        "ACCOUNT_RATE_LIMITS": {"login_failed": "5/5m/key"},  # of second factors; wrong passwords are counted by axes
        "ACCOUNT_REAUTHENTICATION_REQUIRED": True,
        "ACCOUNT_SESSION_REMEMBER": False,
        "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*"],
        "AUTHENTICATION_BACKENDS": [
            "axes.backends.AxesStandaloneBackend",
            "django.contrib.auth.backends.ModelBackend",
            "allauth.account.auth_backends.AuthenticationBackend",
        ],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
            for name, options in (
                ("MinimumLengthValidator", {"min_length": 12}),
                ("UserAttributeSimilarityValidator", {"user_attributes": ("username", "full_name")}),
                ("CommonPasswordValidator", {}),
                ("NumericPasswordValidator", {}),
            )
        ],
        "AXES_ENABLE_ACCESS_FAILURE_LOG": False,
        "AXES_DISABLE_ACCESS_LOG": True,
        "AXES_LOCKOUT_CALLABLE": "web.signing_in.locked_out",
        "AXES_LOCKOUT_PARAMETERS": [["username", "ip_address"]],
        "AXES_RESET_ON_SUCCESS": True,
        "AXES_VERBOSE": False,
        # Cookies that scripts and other sites do not get.
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_NAME": "sohoa_csrf",
        "CSRF_COOKIE_SAMESITE": "Lax",
        "CSRF_FAILURE_VIEW": "web.errors.forged",
        "LOGIN_REDIRECT_URL": "/",
        "LOGIN_URL": "/sign-in/",
        "MFA_ADAPTER": "web.signing_in.FactorAdapter",
        "MFA_SUPPORTED_TYPES": ["totp", "recovery_codes"],
        "MFA_TOTP_ISSUER": "sohoa",
        "PASSWORD_RESET_TIMEOUT": 3 * 24 * 3600,
        "SESSION_COOKIE_AGE": _SHIFT,
        "SESSION_COOKIE_NAME": "sohoa_session",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        "SOCIALACCOUNT_ADAPTER": "web.signing_in.SocialAdapter",
        "SOCIALACCOUNT_LOGIN_ON_GET": False,
    }


def _openid() -> dict[str, Any]:
    """The office's own sign-in (OpenID Connect), where all three of its settings are given."""
    current = settings()
    if not (current.oidc_url and current.oidc_client and current.oidc_secret_file):
        return {}
    try:
        secret = current.oidc_secret_file.expanduser().read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"SOHOA_OIDC_SECRET_FILE cannot be read: {error}") from error
    app = {
        "provider_id": "office",
        "name": current.oidc_name,
        "client_id": current.oidc_client,
        "secret": secret,
        "settings": {"server_url": current.oidc_url},
    }
    return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}


def _public_host() -> list[str]:
    """The name in ``public_url``; nothing where there is none. Raises SettingsError for one that is no address."""
    url = settings().public_url
    if not url:
        return []
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise SettingsError("SOHOA_PUBLIC_URL must be https://NAME or http://NAME, without a path")
    return [parts.hostname]
