"""Settings whose value is a secret, or holds one, can lie in a file of their own: ``SOHOA_<NAME>_FILE``.

That is how systemd's credentials and the secrets of container engines come; a value in the environment can be read by
whoever may look at the process, and is inherited by every program that it starts.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from core.errors import SettingsError

HOLD_SECRETS: Final = ("database_url", "storage_url", "second_copy_url", "search_url", "backup_target")
"""Settings that are addresses, and may hold a password. What is nothing but a secret is always in a file."""
_LARGEST = 64_000


class SecretFiles(PydanticBaseSettingsSource):
    """What stands in the files that ``SOHOA_<NAME>_FILE`` name; SettingsError where it cannot be had, or twice."""

    def __init__(self, settings_cls: type[BaseSettings], prefix: str) -> None:
        super().__init__(settings_cls)
        self._prefix = prefix

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The value of one setting; None where there is no file for it."""
        name = variable(self._prefix, field_name)
        path = os.environ.get(name, "") if field_name in HOLD_SECRETS else ""
        if not path:
            return None, field_name, False
        if os.environ.get(self._prefix + field_name.upper()):
            raise SettingsError(f"{name} and {self._prefix}{field_name.upper()} are both given: keep one of them")
        return _content(name, Path(path).expanduser()), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Setting → value, of those that lie in files."""
        found = {name: self.get_field_value(self.settings_cls.model_fields[name], name)[0] for name in HOLD_SECRETS}
        return {name: value for name, value in found.items() if value is not None}


def variable(prefix: str, name: str) -> str:
    """The variable that names the file of a setting."""
    return f"{prefix}{name.upper()}_FILE"


def _content(name: str, path: Path) -> str:
    """What the file says, never told in an error."""
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST + 1).decode("utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{name} cannot be read: {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{name}: {path} is not text") from None
    if not text or len(text) > _LARGEST or "\n" in text:
        raise SettingsError(f"{name}: {path} must hold one line, the value and nothing else")
    return text
