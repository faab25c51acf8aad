"""The interface for other programs, ``/api/v1`` (docs/api.md): django-ninja, bearer tokens alone, problems as RFC 9457.

No cookie opens anything here, so no other site can make a browser call it. A file a subject; `web.api.v1` puts them
together.
"""
