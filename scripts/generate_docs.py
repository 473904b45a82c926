"""Writes the generated pages under docs/generated; a test compares them with what would be written now."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import get_args

from kaart.settings import PREFIX, Settings

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "generated"


def _type_name(annotation: object) -> str:
    chosen = [each for each in get_args(annotation) if each is not type(None)] or [annotation]
    kind = chosen[0]
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return ", ".join(f"`{value.value}`" for value in kind)
    return {"Path": "path", "str": "text", "bool": "true or false", "SecretStr": "secret"}.get(
        getattr(kind, "__name__", ""), getattr(kind, "__name__", str(kind))
    )


def settings_page() -> str:
    """Every setting with its default, from the class itself."""
    lines = [
        "# Settings",
        "",
        (
            "Read once, at start, from environment variables. Each default is safe in production. A variable "
            f"`{PREFIX}…` that does not exist is refused."
        ),
        "",
    ]
    for name, field in Settings.model_fields.items():
        default = field.get_default()
        shown = getattr(default, "value", default)
        plain = getattr(default, "get_secret_value", lambda value=shown: value)()
        told = "none" if plain in (None, "") else f"`{plain}`".replace("`True`", "`true`").replace("`False`", "`false`")
        lines += [
            f"## `{PREFIX}{name.upper()}`",
            "",
            str(field.description),
            "",
            f"{_type_name(field.annotation)} · default: {told}",
            "",
        ]
    return "\n".join(lines)


def openapi_document() -> str:
    """The API's OpenAPI document."""
    from kaart.asgi import api_document

    return json.dumps(api_document(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def pages() -> dict[str, str]:
    """Every generated page by file name."""
    return {"settings.md": settings_page(), "openapi.json": openapi_document()}


def main() -> None:
    """Write them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(f"docs/generated/{name}")


if __name__ == "__main__":
    main()
