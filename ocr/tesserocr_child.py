"""The process that holds Tesseract's library and its model, and reads one image after the other.

Run as a script with the language and the folder of its data; `ocr.tesserocr_engine` starts it. It imports nothing
of ours, so that it starts in a tenth of a second and stays small. Questions come in on standard input and answers
go out on standard output, a line of JSON each. It ends with its standard input, also in the middle of a page,
because the other end of that pipe is gone when whoever started it is, however that ended.
"""

from __future__ import annotations

import json
import os
import re
import resource
import select
import sys
import threading
from typing import Any

import tesserocr

MOST_MEMORY = 4 << 30
"""Bytes of address space: a page that takes more ends this process, and not the machine."""
_PGM = re.compile(rb"P5\s(\d+)\s(\d+)\s255\s")


def end_with_input() -> None:
    """Leave for good as soon as nobody holds the other end of standard input."""
    poll = select.poll()
    poll.register(0, 0)  # nothing but the hang-up, which is always told

    def watch() -> None:
        poll.poll()
        os._exit(0)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def read(api: Any, question: dict[str, Any]) -> str:
    """The words of one image as Tesseract's tab-separated rows. Raises RuntimeError where it fails."""
    changed = {"user_defined_dpi": str(question["dpi"]), **question["variables"]}
    before = {name: api.GetVariableAsString(name) for name in changed}
    try:
        api.SetPageSegMode(question["layout"])
        for name, value in changed.items():
            if not api.SetVariable(name, value):
                raise RuntimeError(f"the engine knows no variable {name}, or not the value {value!r}")
        held = _show(api, question["image"])  # noqa: F841  the engine does not copy it: it must live until the end
        return str(api.GetTSVText(0))
    finally:
        for name, value in before.items():
            if value is not None:
                api.SetVariable(name, value)
        api.Clear()
        api.ClearAdaptiveClassifier()  # what a page taught must not change the reading of the next one


def _show(api: Any, image: str) -> bytes:
    """Hand the image to the engine; gives the bytes that the engine goes on using."""
    with open(image, "rb") as file:
        data = file.read()
    header = _PGM.match(data)
    if header is None:
        api.SetImageFile(image)
        return b""
    width, height = int(header[1]), int(header[2])
    pixels = data[header.end() :]
    if not width or not height or len(pixels) != width * height:
        raise RuntimeError("the image is cut off")
    api.SetImageBytes(pixels, width, height, 1, width)
    return pixels


def resident() -> int:
    """Bytes of memory that this process has in hand."""
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def main() -> None:
    """Answer until standard input ends."""
    language, data = sys.argv[1:3]
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # what the library may print is no answer
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    end_with_input()
    api = tesserocr.PyTessBaseAPI(path=data, lang=language, oem=tesserocr.OEM.LSTM_ONLY)
    version = tesserocr.tesseract_version().split()[1]
    print(json.dumps({"version": version}), file=answers, flush=True)
    for line in sys.stdin.buffer:
        try:
            answer: dict[str, Any] = {"table": read(api, json.loads(line))}
        except (RuntimeError, OSError, MemoryError) as error:
            answer = {"error": str(error) or type(error).__name__}
        print(json.dumps(answer | {"memory": resident()}), file=answers, flush=True)


if __name__ == "__main__":
    main()
