"""What is not documented does not exist for those who call: addresses, problems, events, rights."""

from __future__ import annotations

import re
from pathlib import Path

from accounts.rights import Right
from tests.web.api.test_openapi import OPERATIONS
from web.webhooks.subscriptions import Kind
from web.webhooks.telling import BACKOFF

ROOT = Path(__file__).parents[3]
API = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


def test_every_address_is_shown() -> None:
    for path, _method in OPERATIONS:
        form = re.escape(path.removeprefix("/api/v1")).replace(r"\{id\}", r"(\d+|ID|…)")
        assert re.search(form, API), path


def test_every_problem_that_has_a_name_of_its_own_is_explained() -> None:
    sources = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "web" / "api").glob("*.py"))
    codes = set(re.findall(r'ProblemError\(\s*\d+, "([a-z-]+)"', sources))
    assert len(codes) > 10
    assert not {code for code in codes if f"`{code}`" not in API}


def test_every_event_of_a_webhook_and_every_right_is_explained() -> None:
    assert not {kind for kind in Kind if f"`{kind}`" not in API}
    assert not {
        right for right in (Right.SEE, Right.REUSE, Right.DECIDE, Right.ADD, Right.DELIVER) if f"`{right}`" not in API
    }
    assert len(BACKOFF) == 8, "docs/api.md tells each of them"
