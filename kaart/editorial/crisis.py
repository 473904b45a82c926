"""Crisis: the lines to call and, for each code, the words that speak of it.

``crisis/lines.yaml`` is a list of lines, ``crisis/topics.yaml`` a list of topics that name lines by code.
A phrase fires when all its words stand in a text in this order with at most a few words between them; an
exception takes back a phrase that it overlaps. ``crisis/sentences.csv`` (``code,language,text``) says it in other words
than those phrases, ``crisis/ordinary.csv`` (``language,text``) is near in its words and speaks of no crisis.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from kaart.domain.codes import CrisisCode
from kaart.domain.needs import CrisisLine, CrisisSentence, CrisisTopic
from kaart.domain.texts import INTERFACE_LANGUAGES
from kaart.editorial.codes import SENTENCE_LANGUAGES, read_code
from kaart.editorial.problems import Problems
from kaart.editorial.reader import Node, nearest, read_csv, read_yaml
from kaart.editorial.sentences import comparable

#: Where a line works; ``be`` is the whole country.
REGIONS = ("be", "vlg", "bru", "wal", "dg")

_LINE_FIELDS = (
    "code",
    "name",
    "phone",
    "url",
    "chat_url",
    "hours",
    "day_and_night",
    "languages",
    "for_whom",
    "regions",
    "source",
    "source_date",
)
_TOPIC_FIELDS = ("code", "lines", "message", "phrases", "exceptions")
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}")
#: A Belgian number as people write it: a short one of three or four digits, or one that begins with 0.
_PHONE = re.compile(r"\d{3,4}|116 \d{3}|0\d{1,3}(?: \d{2,3}){2,3}")


def read_crisis(folder: Path, problems: Problems) -> list[CrisisTopic]:
    """The topics in the order of the file, each with its lines."""
    lines = _read_lines(folder / "crisis" / "lines.yaml", problems)
    topics: dict[CrisisCode, CrisisTopic] = {}
    path = folder / "crisis" / "topics.yaml"
    root = read_yaml(path, problems)
    for node in root.items():
        topic = _topic(node, lines)
        if topic is None:
            continue
        if topic.code in topics:
            node.complain("content_duplicate_code", "code", code=topic.code.value, first=root.file)
            continue
        topics[topic.code] = topic
    if root.is_list:
        for code in CrisisCode:
            if code not in topics:
                root.complain("content_crisis_code_missing", code=code.value)
    return list(topics.values())


def read_crisis_sentences(folder: Path, problems: Problems) -> list[CrisisSentence]:
    """The sentences of both files. An installation may have none."""
    codes = {each.value: each for each in CrisisCode}
    found: list[CrisisSentence] = []
    seen: dict[tuple[str, str], int] = {}
    files = (("sentences.csv", ("code", "language", "text")), ("ordinary.csv", ("language", "text")))
    for name, columns in files:
        path = folder / "crisis" / name
        for row in read_csv(path, problems, required=columns) if path.exists() else ():
            code, language, text = (row.text(column, required=column in columns) for column in files[0][1])
            key = language, comparable(text)
            if code and code not in codes:
                row.complain("content_unknown_code", "code", code=code, nearest=nearest(code, codes) or "-")
            elif language and language not in SENTENCE_LANGUAGES:
                row.complain("content_unknown_language", "language", language=language)
            elif key in seen:
                row.complain("content_duplicate_sentence", "text", need=code or "-", line=seen[key])
            elif text and language:
                seen[key] = row.line
                found.append(CrisisSentence(codes.get(code), language, text))
    return found


def _read_lines(path: Path, problems: Problems) -> dict[str, CrisisLine]:
    lines: dict[str, CrisisLine] = {}
    for node in read_yaml(path, problems).items():
        line = _line(node)
        if line is None:
            continue
        if line.code in lines:
            node.complain("content_duplicate_code", "code", code=line.code, first=node.file)
            continue
        lines[line.code] = line
    return lines


def _line(node: Node) -> CrisisLine | None:
    if not node.expect_fields(*_LINE_FIELDS):
        return None
    code = read_code(node)
    phone = node.text("phone", required=False)
    if phone and not _PHONE.fullmatch(phone):
        node.complain("content_phone_malformed", "phone", value=phone)
    languages = node.strings("languages")
    for language in languages:
        if not _LANGUAGE_TAG.fullmatch(language):
            node.complain("content_unknown_language", "languages", language=language)
    regions = node.strings("regions")
    for region in regions:
        if region not in REGIONS:
            node.complain("content_unknown_code", "regions", code=region, nearest=", ".join(REGIONS))
    url = node.url("url")
    if not phone and not url:
        node.complain("content_line_unreachable")
    written_on = node.day("source_date")
    if not code:
        return None
    return CrisisLine(
        code=code,
        name=node.texts("name", required=("nl",), allowed=SENTENCE_LANGUAGES),
        phone=phone,
        url=url,
        chat_url=node.url("chat_url"),
        hours=node.texts("hours", allowed=SENTENCE_LANGUAGES),
        day_and_night=node.flag("day_and_night"),
        languages=languages,
        for_whom=node.texts("for_whom", required=INTERFACE_LANGUAGES, allowed=SENTENCE_LANGUAGES),
        regions=regions,
        source=node.text("source"),
        source_date=written_on.isoformat() if written_on else "",
    )


def _topic(node: Node, lines: Mapping[str, CrisisLine]) -> CrisisTopic | None:
    if not node.expect_fields(*_TOPIC_FIELDS):
        return None
    code = node.one_of("code", CrisisCode)
    named = node.strings("lines")
    for name in named:
        if name not in lines:
            node.complain("content_unknown_line", "lines", code=name)
    if not named:
        node.complain("content_missing_field", "lines", name="lines")
    message = node.texts("message", required=SENTENCE_LANGUAGES)
    phrases = _phrases(node, "phrases")
    for language in SENTENCE_LANGUAGES:
        if not any(tag == language for tag, _ in phrases):
            node.complain("content_missing_language", "phrases", language=language)
    if code is None:
        return None
    return CrisisTopic(
        code=code,
        lines=tuple(lines[name] for name in named if name in lines),
        message=message,
        phrases=phrases,
        exceptions=_phrases(node, "exceptions"),
    )


def _phrases(node: Node, key: str) -> tuple[tuple[str, str], ...]:
    below = node.child(key)
    if below is None or not below.expect_fields(*SENTENCE_LANGUAGES):
        return ()
    found: list[tuple[str, str]] = []
    for language in below.keys():  # noqa: SIM118 - a Node is no mapping
        if language not in SENTENCE_LANGUAGES:
            continue
        for item in below.items(language):
            words = item.value
            if not comparable(words):
                item.complain("content_expected_value")
            elif (language, words) in found:
                item.complain("content_duplicate_value", value=words)
            else:
                found.append((language, words))
    return tuple(found)
