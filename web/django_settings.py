"""Django's settings as a module, for tools that want one (``DJANGO_SETTINGS_MODULE=web.django_settings``).

sohoa itself calls `catalog.setup()`.
"""

from __future__ import annotations

from catalog.configuration import django_settings
from web.settings import fixed

globals().update(django_settings() | fixed())
