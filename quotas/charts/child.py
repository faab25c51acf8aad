"""The process that draws: on its standard input, pickled pairs of a chart and a scale; on its output, pictures.

Each question and each answer is preceded by its length (four bytes). Only `quotas.charts.drawing` asks, and the pipe
is its own. The process ends when the pipe is closed.
"""

from __future__ import annotations

import json
import pickle
import struct
import sys
from typing import BinaryIO

import fontpkg
import vl_convert

from quotas.charts.numbers import form
from quotas.charts.records import Chart
from quotas.charts.specs import spec

_FAMILY = "Be Vietnam Pro"


def main() -> None:
    """Answer until there is nothing more to answer."""
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing else may get in between the answers
    vl_convert.register_font_directory(str(fontpkg.path(_FAMILY, weight=400).parent))
    while (question := take(asked)) is not None:
        chart, scale = pickle.loads(question)
        try:
            give(answers, b"+" + draw(chart, scale))
        except Exception as error:  # told to the asker, which raises it
            give(answers, b"-" + f"{type(error).__name__}: {error}"[:2000].encode("utf-8", "replace"))


def draw(chart: Chart, scale: float) -> bytes:
    """A chart as SVG (UTF-8), or where `scale` is not 0 as a PNG so many times as large as its size in pixels."""
    made = json.dumps(spec(chart))
    if scale:
        return vl_convert.vegalite_to_png(made, scale=scale, allowed_base_urls=[], format_locale=form(chart.language))
    return vl_convert.vegalite_to_svg(made, allowed_base_urls=[], format_locale=form(chart.language)).encode()


def take(pipe: BinaryIO) -> bytes | None:
    """The next message; None: the other side has ended."""
    head = pipe.read(4)
    if len(head) < 4:
        return None
    length = struct.unpack(">I", head)[0]
    body = pipe.read(length)
    return body if len(body) == length else None


def give(pipe: BinaryIO, message: bytes) -> None:
    """Send a message."""
    pipe.write(struct.pack(">I", len(message)) + message)
    pipe.flush()


if __name__ == "__main__":
    main()
