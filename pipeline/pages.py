"""The pages of a scan as images: each as it was scanned, one at a time.

A page that is one embedded picture is handed out as that picture, without decoding where it is a
JPEG. Any other page is rendered. ``/Rotate`` of a PDF page and the orientation that a camera notes
in EXIF are part of how a page was scanned: images are handed out as a viewer would show them.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from pipeline.image_pages import ImagePages
from pipeline.page_image import PREVIEW_DPI, PageImage, PageSource, PixelSize, Preview
from pipeline.pdf_pages import PdfPages
from pipeline.records import MediaType, Scan

__all__ = ["PageImage", "Pages", "PixelSize", "Preview"]


class Pages:
    """The pages of one scan; a context manager. May be used from several threads at once.

    Raises RefusedError (reason ``page``) where a page cannot be read.
    """

    def __init__(self, scan: Scan) -> None:
        self.scan = scan
        self._source: PageSource = PdfPages(scan) if scan.media_type is MediaType.PDF else ImagePages(scan)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __len__(self) -> int:
        return self.scan.pages

    def image(self, number: int, to: Path) -> PageImage:
        """Write page `number` (from 1) to `to`, whose suffix is replaced by that of the format."""
        return self._source.image(self._checked(number), to)

    def size(self, number: int) -> PixelSize:
        """The size that `image` gives page `number`, without decoding or drawing it."""
        return self._source.size(self._checked(number))

    def preview(self, number: int, dpi: float = PREVIEW_DPI) -> Preview:
        """A grey view of page `number` with about `dpi`, cheap to make."""
        return self._source.preview(self._checked(number), dpi)

    def has_text(self, number: int) -> bool:
        """Whether page `number` has embedded text at all, sound or not."""
        return self._source.has_text(self._checked(number))

    def bits(self, number: int) -> int | None:
        """Bits of each pixel of page `number` as it was scanned (1, 8, 24 …); None where it is no scan but drawn."""
        return self._source.bits(self._checked(number))

    def close(self) -> None:
        """Let go of the file."""
        self._source.close()

    def _checked(self, number: int) -> int:
        if not 1 <= number <= self.scan.pages:
            raise IndexError(f"page {number} of {self.scan.pages}")
        return number
