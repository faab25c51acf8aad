"""Page image → words: cleaning, orientation, engines, evaluation."""

from ocr.errors import EngineError, PageImageError
from ocr.options import OcrSettings
from ocr.read import read_page
from ocr.records import Box, Engine, Line, Reading, Word

__all__ = ["Box", "Engine", "EngineError", "Line", "OcrSettings", "PageImageError", "Reading", "Word", "read_page"]
