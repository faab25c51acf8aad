"""Django's settings as a module, for tools that want one (``DJANGO_SETTINGS_MODULE=catalog.django_settings``).

sohoa itself calls `catalog.setup()`.
"""

from __future__ import annotations

from catalog.configuration import django_settings

globals().update(django_settings())
