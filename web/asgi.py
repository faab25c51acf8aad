"""The pages as an ASGI application."""

from __future__ import annotations

from typing import TYPE_CHECKING

import catalog
from web.settings import extras

if TYPE_CHECKING:
    from django.core.handlers.asgi import ASGIHandler


def make_application() -> ASGIHandler:
    """Set Django up for the pages and return the application; ServiceError if the catalog is not usable."""
    catalog.setup(extras())
    catalog.ready()
    from django.core.asgi import get_asgi_application

    return get_asgi_application()
