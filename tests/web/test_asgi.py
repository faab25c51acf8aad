"""The application is whole before anybody asks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOOK = """
import sys, catalog
from web.asgi import make_application
from web.settings import extras
catalog.setup(extras())
catalog.migrate()
make_application()
print("web.review_desk" in sys.modules)
"""


def test_the_first_page_waits_for_no_import(home: Path) -> None:
    run = subprocess.run([sys.executable, "-c", LOOK], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["True"]
