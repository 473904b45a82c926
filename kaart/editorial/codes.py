"""Codes of the content, and the languages that it is written in."""

from __future__ import annotations

import re

from kaart.editorial.reader import Node

#: The languages in which people may ask, each with a file of example sentences; the first four are also
#: those of the interface.
SENTENCE_LANGUAGES = ("nl", "fr", "en", "de", "tr", "ar", "uk", "pl", "ro", "es")

_CODE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


def read_code(node: Node, key: str = "code") -> str:
    """The node's code (``rent_costs``); empty, with a problem noted, when it is missing or malformed."""
    code = node.text(key)
    if code and not _CODE.fullmatch(code):
        node.complain("content_code_malformed", key, code=code)
        return ""
    return code
