"""Which engine reads: chosen by the settings, one of each kind for the whole process."""

from __future__ import annotations

import atexit
import importlib.util
import threading

from ocr.engine import OcrEngine
from ocr.errors import EngineError
from ocr.options import EngineName, OcrSettings
from ocr.program import TesseractProgram
from ocr.tesserocr_engine import TesserocrEngine

_made: dict[tuple[EngineName, str], OcrEngine] = {}
_lock = threading.Lock()


def engine_for(settings: OcrSettings) -> OcrEngine:
    """The engine that `settings` name. Under ``auto`` it is the faster one that works here.

    Whether a named engine works is told by its `identity`.
    """
    with _lock:
        key = (settings.engine, settings.language)
        if key not in _made:
            _made[key] = _engine(settings)
        return _made[key]


def close() -> None:
    """End the processes that engines keep; they are started again when they are needed again."""
    with _lock:
        made = list(_made.values())
    for engine in made:
        engine.close()


def _engine(settings: OcrSettings) -> OcrEngine:
    if settings.engine == "tesserocr":
        return TesserocrEngine(settings.language)
    if settings.engine == "auto" and importlib.util.find_spec("tesserocr") is not None:
        library = TesserocrEngine(settings.language)
        try:
            library.identity()
        except EngineError:  # installed but not for this machine: the program says what is missing, if anything is
            library.close()
        else:
            return library
    return TesseractProgram(settings.language)


atexit.register(close)
