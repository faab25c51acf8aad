"""The pages as an ASGI application."""

from __future__ import annotations

from typing import TYPE_CHECKING

import catalog
from catalog import restoring
from web.settings import extras

if TYPE_CHECKING:
    from django.core.handlers.asgi import ASGIHandler


def make_application() -> ASGIHandler:
    """Set Django up for the pages and return the application; ServiceError if the catalog is not usable."""
    catalog.setup(extras())
    restoring.require_ended()
    catalog.ready()
    from django.core.asgi import get_asgi_application
    from django.urls import get_resolver

    application = get_asgi_application()
    # All views are imported now: otherwise whoever asks for the first page waits a second for that.
    _ = get_resolver().url_patterns
    return application
