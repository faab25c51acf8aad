"""What the OpenAPI promises is what is answered: made-up calls, good and bad, against every operation."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.web.api.support import Program
from web.api.v1 import api

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 15
"""Of each operation and kind; enough to have found what was found, and seconds in all."""


@cache
def openapi() -> dict[str, Any]:
    """As programs get it."""
    from django.core.serializers.json import DjangoJSONEncoder

    found: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(), cls=DjangoJSONEncoder))
    return found


OPERATIONS = [(path, method) for path, methods in openapi()["paths"].items() for method in methods]


@pytest.fixture
def every(program: Callable[..., Program], permit: int, birth: int, criminal_record: int) -> Program:
    """A program that may do everything, on a site with an entry in the ledger."""
    may = program("", confidential=("criminal_record", "adoption", "secret"))
    body = {"result": permit, "dossier": "H61.12-261101-0001", "unit": "H61.12", "person": {"name": "Hòa"}}
    assert may.post("/reuses", body | {"reason": "x"}).status_code == 201
    return may


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["good", "bad"])
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_answers_are_as_promised(
    every: Program, monkeypatch: pytest.MonkeyPatch, path: str, method: str, mode: GenerationMode
) -> None:
    from django.core.wsgi import get_wsgi_application

    from core.settings import settings

    monkeypatch.setenv("SOHOA_API_RATE", "1000000")
    settings.cache_clear()
    schema = schemathesis.openapi.from_dict(openapi(), config=SchemathesisConfig())
    schema.app = get_wsgi_application()
    operation = schema[path][method]
    headers = {"Authorization": f"Bearer {every.secret}"}

    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    @hypothesis.settings(
        max_examples=EXAMPLES,
        database=None,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    def hold(case: schemathesis.Case) -> None:
        known = case.path_parameters or {}
        if mode is GenerationMode.POSITIVE and "id" in known:
            known["id"] = known["id"] % 3 + 1  # ids of results that there are
        response = case.call(base_url="http://127.0.0.1", headers=headers)
        case.validate_response(response, checks=CHECKS)

    hold()


def test_every_operation_asks_for_a_token_and_names_its_problems() -> None:
    for path, method in OPERATIONS:
        operation = openapi()["paths"][path][method]
        assert operation["security"] == [{"Bearer": []}], path
        assert {"401", "404", "429", "503"} <= set(operation["responses"])
        assert operation["summary"] and operation["description"]


def test_the_document_of_the_interface_is_whole(site: Path) -> None:
    names = {"/api/v1/search", "/api/v1/results/{id}", "/api/v1/holders/results", "/api/v1/reuses"}
    assert names <= set(openapi()["paths"])
    assert openapi()["openapi"].startswith("3.1")
