"""A program that calls the interface with a token."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

BASE = "/api/v1"
DOSSIER = "H61.12-261101-0001"


class Program:
    """Calls the interface as one-stop software does."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self._client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)

    def get(self, path: str, **more: Any) -> Any:
        return self._client.get(BASE + path, headers=self._headers(more), **more)

    def head(self, path: str, **more: Any) -> Any:
        return self._client.head(BASE + path, headers=self._headers(more), **more)

    def delete(self, path: str, **more: Any) -> Any:
        return self._client.delete(BASE + path, headers=self._headers(more), **more)

    def post(self, path: str, body: object = None, key: str = "", **more: Any) -> Any:
        headers = self._headers(more) | ({"Idempotency-Key": key} if key else {})
        return self._client.post(BASE + path, json.dumps(body), "application/json", headers=headers, **more)

    def upload(self, path: str, parts: dict[str, Any], key: str = "") -> Any:
        headers = self._headers({}) | ({"Idempotency-Key": key} if key else {})
        return self._client.post(BASE + path, parts, headers=headers)

    def _headers(self, more: dict[str, Any]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"} | more.pop("headers", {})


def problem(response: HttpResponse, status: int, code: str) -> dict[str, Any]:
    """The problem that was answered, which must be this one."""
    assert response.headers["Content-Type"] == "application/problem+json", response.content
    told: dict[str, Any] = json.loads(response.content)
    assert (response.status_code, told["status"], told["code"]) == (status, status, code), told
    assert told["type"] == f"urn:sohoa:problem:{code}"
    return told
