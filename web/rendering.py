"""Templates: strict about what is undefined, escaping everything, speaking the page's language."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from kaart.texts import LANGUAGES, render
from kaart.wording import language_name
from web.views.common import Page

_ROOM: Final = Path(__file__).parent
STATIC: Final = _ROOM / "static"

#: What each language calls itself.
_OWN_NAMES: Final = {"nl": "Nederlands", "fr": "Français", "en": "English", "de": "Deutsch"}


class Templates:
    """Renders pages. Made once for an application; the style sheet's address changes with its content."""

    def __init__(self) -> None:
        """Prepare the environment; templates themselves are read when first used."""
        self._environment = Environment(
            loader=FileSystemLoader(_ROOM / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        stylesheet = (STATIC / "site.css").read_bytes()
        self._environment.globals.update(
            stylesheet=f"/static/site.css?v={hashlib.sha256(stylesheet).hexdigest()[:12]}",
            languages=[(tag, _OWN_NAMES[tag]) for tag in LANGUAGES],
            language_name=language_name,
        )

    def page(self, template: str, page: Page, status: int = 200, /, **context: object) -> HTMLResponse:
        """A page as a response; `t` in the template gives texts in the page's language."""
        html = self._environment.get_template(f"pages/{template}.html").render(
            page=page, t=partial(_text, page.frame), **context
        )
        return HTMLResponse(html, status, headers={"content-language": page.lang})


def _text(language: str, key: str, /, **parameters: object) -> str:
    return render(key, language, **parameters)
