"""What can go wrong while a page is read."""

from __future__ import annotations

from core.errors import SohoaError


class EngineError(SohoaError):
    """The OCR engine crashed, hung or was killed on one page; other pages are not affected."""


class PageImageError(SohoaError):
    """A page image cannot be decoded."""
