"""One analyser in Python, whose tokens every backend indexes as they are.

The engines' own Dutch chains differ and both err (docs/adr/0006-one-analyser-in-python.md holds the comparison),
so a text becomes tokens here, and a backend only has to split on spaces. The same function serves the texts and
the questions: what is done to one is done to the other, so nothing has to be expanded at query time.

In order: Unicode form, lower case, apostrophes and elision, stop words, stem (Snowball, with exceptions and the
spelling rules that its Dutch stemmer misses), accents, the parts of Dutch compounds beside the whole word, and one
common token for synonyms. A language without stemmer or list keeps its words in lower case.
"""

from __future__ import annotations

import hashlib
import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

import snowballstemmer

from indexer.analysis_rules import AnalysisRules, load_rules
from indexer.weights import MAX_QUERY_TOKENS

#: Grows when the code below gives other tokens for the same rules: an index of another version is rebuilt.
RULES_VERSION: Final = 1

#: The language whose rules a text of unknown language gets: most of the register is written in it.
DEFAULT_LANGUAGE: Final = "nl"

#: Longer tokens are cut: no word of these languages is longer, and an engine refuses tokens without bound.
MAX_TOKEN: Final = 48

#: Words that the caches keep; a language's running vocabulary fits many times.
_CACHED_WORDS: Final = 65_536

_STEMMERS: Final = {
    "nl": "dutch_porter",  # "dutch" (Kraaij-Pohlmann) drops ge-: gezin = zin, begeleiding = beleid
    "fr": "french",
    "en": "english",
    "de": "german",
    "es": "spanish",
    "pl": "polish",
    "ro": "romanian",
    "tr": "turkish",
    "ar": "arabic",
}

_APOSTROPHES: Final = str.maketrans(dict.fromkeys("’‘‛`´ʼʹ＇", "'"))
_WORD: Final = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_DOTTED: Final = re.compile(r"\b(?:[^\W\d_]\.){2,}[^\W\d_]?")
_ELISION: Final = re.compile(r"^(?:jusqu|lorsqu|puisqu|quoiqu|qu|[cdjlmnst])'(?=\w{2})")
_GENITIVE: Final = re.compile(r"'s?$|(?<=\w)'s(?=-|$)")
#: Letters that Unicode does not take apart into a letter and an accent.
_LETTERS: Final = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "œ": "oe", "æ": "ae", "ß": "ss"})
_ARABIC: Final = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "ـ": None})
_LATIN: Final = re.compile(r"[a-zÀ-ɏḀ-ỿ]")
_ARABIC_MARKS: Final = re.compile("[\u064b-\u065f\u0670]")
_SHORTEST_PLURAL: Final = 6
_PLURAL_ES: Final = ("ies", "ges", "des", "tes")
_DOUBLED_END: Final = re.compile(r"([bcfghjklmnpqrsvwxz])\1$")


def fold(word: str) -> str:
    """The word without accents: Latin letters lose them, Arabic letters their variants, the rest stays as it is.

    In Cyrillic й and ї are letters of their own, not accented ones.
    """
    if word.isascii():
        return word
    if _LATIN.search(word):
        taken_apart = unicodedata.normalize("NFKD", word.translate(_LETTERS))
        return "".join(letter for letter in taken_apart if not unicodedata.combining(letter))
    return word.translate(_ARABIC)


def words(text: str, language: str | None = None) -> Iterator[str]:
    """The words of a text in lower case, without elided articles and genitives, accents kept.

    A hyphenated word comes as its parts and as one word (“tele-onthaal” is also written “teleonthaal”).
    """
    text = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES)
    if language == "tr":  # Turkish alone has a capital of the dotted and of the dotless i
        text = text.replace("I", "ı").replace("İ", "i")
    text = _ARABIC_MARKS.sub("", text)  # they would part a word
    text = unicodedata.normalize("NFC", text.lower().replace("i̇", "i"))
    text = _DOTTED.sub(lambda dotted: dotted.group().replace(".", "") + " ", text)
    for found in _WORD.findall(text):
        word = found
        if "'" in word:
            if language == "tr":  # a case ending stands after it: Gent'te
                word = word.partition("'")[0]
            word = _ELISION.sub("", _GENITIVE.sub("", word)).replace("'", "")
        if "-" in word:
            parts = [part for part in word.split("-") if part]
            yield from (part[:MAX_TOKEN] for part in parts)
            word = "".join(parts)
        if len(word) > 1 or word.isdigit() or (word and not word.isascii() and not _LATIN.match(word)):
            yield word[:MAX_TOKEN]


class Analyser:
    """Turns a text into tokens by a set of rules. Safe to use from several threads."""

    def __init__(self, rules: AnalysisRules, vocabulary: str = "") -> None:
        """`vocabulary` names the terms whose words stand in the documents: with others an index is rebuilt."""
        self._rules = rules
        self._vocabulary = vocabulary
        self._lock = threading.Lock()
        self._snowball = {language: snowballstemmer.stemmer(name) for language, name in _STEMMERS.items()}
        self._stem = lru_cache(_CACHED_WORDS)(self._stem_uncached)
        self._tokens = lru_cache(_CACHED_WORDS)(self._tokens_uncached)
        self._stop = {
            language: frozenset(fold(word) for word in stop_words) for language, stop_words in rules.stop_words.items()
        }
        self._parts = frozenset(self._stem(part, "nl") for part in rules.compound_parts)
        self._synonyms = self._prepare_synonyms()

    @property
    def identity(self) -> str:
        """Changes whenever the same service may give other tokens."""
        made_of = (str(RULES_VERSION), version("snowballstemmer"), self._rules.digest, self._vocabulary)
        digest = hashlib.sha256("\n".join(made_of).encode())
        return f"analysis-{RULES_VERSION}-{digest.hexdigest()[:12]}"

    def analyse(self, text: str, language: str | None) -> list[str]:
        """The tokens of a text in its order; a token may stand more than once. Never raises.

        `language` is a BCP 47 tag; None, when nobody knows, means Dutch.
        """
        tag = (language or DEFAULT_LANGUAGE).partition("-")[0].lower()
        stop = self._stop.get(tag, frozenset())
        kept = [word for word in words(text, tag) if fold(word) not in stop]
        tokens = [token for word in kept for token in self._tokens(word, tag)]
        tokens += self._synonym_tokens([self._stem(word, tag) for word in kept], tag)
        return tokens

    def query_tokens(self, text: str, language: str | None) -> list[str]:
        """The different tokens of a question, at most `MAX_QUERY_TOKENS`, in the order in which they first stand."""
        return list(dict.fromkeys(self.analyse(text, language)))[:MAX_QUERY_TOKENS]

    def _tokens_uncached(self, word: str, language: str) -> tuple[str, ...]:
        whole = self._stem(word, language)
        if language != "nl":
            return (whole,)
        return (whole, *(part for part in self.compound_parts(word) if part != whole))

    def _stem_uncached(self, word: str, language: str) -> str:
        plain = fold(word)
        exception = self._rules.stem_exceptions.get((language, plain))
        if exception is not None:
            return exception
        stemmer = self._snowball.get(language)
        if stemmer is None:
            return plain
        with self._lock:  # a Snowball object keeps the word that it is working on
            stem = fold(stemmer.stemWord(_singular(plain) if language == "nl" else word))
        return _spelled(stem) if language == "nl" else stem

    # -- compounds ----------------------------------------------------------------------------------------------

    def compound_parts(self, word: str) -> tuple[str, ...]:
        """The stems of the parts of a Dutch compound; empty for a word that is none.

        The whole word must be made of known parts, with a linking -s-, -e-, -n- or -en- between them; of several
        ways that with the fewest parts is taken. What the rules list under `compounds` goes before.
        """
        plain = fold(word)
        stem = self._stem(word, "nl")
        listed = self._rules.compounds.get(stem)
        if listed is not None:
            return listed
        if stem in self._parts:  # a part is not taken apart itself: maaltijd is no maal of tijd
            return ()
        if len(plain) < MIN_COMPOUND or not plain.isalpha():
            return ()
        return self._split(plain, MAX_PARTS) or ()

    def _split(self, rest: str, allowed: int) -> tuple[str, ...] | None:
        best: tuple[str, ...] | None = None
        for end in range(len(rest) - MIN_PART, MIN_PART - 1, -1):
            head = self._known_head(rest[:end])
            if head is None:
                continue
            tail = rest[end:]
            last = self._known(tail)
            if last is not None:
                return (head, last)
            if allowed > 2 and len(tail) >= 2 * MIN_PART:
                below = self._split(tail, allowed - 1)
                if below is not None and (best is None or len(below) + 1 < len(best)):
                    best = (head, *below)
        return best

    def _known(self, part: str) -> str | None:
        if len(part) < MIN_PART:
            return None
        stem = self._stem(part, "nl")
        return stem if stem in self._parts else None

    def _known_head(self, part: str) -> str | None:
        """The stem of a part that is not the last: a word or its plural, or a word with a linking letter."""
        known = self._known(part)
        if known is None and part[-1] in "sen":
            known = self._known(part[:-1])
        return known

    # -- synonyms -----------------------------------------------------------------------------------------------

    def _prepare_synonyms(self) -> dict[str, dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]]]:
        """By language and first stem: the whole run of stems and the tokens that it adds, longest first."""
        prepared: dict[str, dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]]] = {}
        for synonym in self._rules.synonyms:
            run = self._stems(synonym.words, synonym.language)
            added = self._stems(synonym.common, "nl")
            if run and added:
                prepared.setdefault(synonym.language, {}).setdefault(run[0], []).append((run, added))
        for starts in prepared.values():
            for runs in starts.values():
                runs.sort(key=lambda each: -len(each[0]))
        return prepared

    def _stems(self, text: str, language: str) -> tuple[str, ...]:
        stop = self._stop.get(language, frozenset())
        return tuple(self._stem(word, language) for word in words(text, language) if fold(word) not in stop)

    def _synonym_tokens(self, stems: Sequence[str], language: str) -> Iterator[str]:
        starts = self._synonyms.get(language)
        if not starts:
            return
        for position, stem in enumerate(stems):
            for run, added in starts.get(stem, ()):
                if tuple(stems[position : position + len(run)]) == run:
                    yield from added
                    break


#: A compound has at least two parts of this length, and a few more letters: shorter words are rarely compounds.
MIN_PART: Final = 3
MIN_COMPOUND: Final = 7
#: “kinder-opvang-toe-slag” is about the longest that people write; more parts are chance.
MAX_PARTS: Final = 4


def _singular(word: str) -> str:
    """A Dutch word without the plural -s after a final -e, which the stemmer leaves: stages, premies, gemeentes."""
    return word[:-1] if len(word) >= _SHORTEST_PLURAL and word.endswith(_PLURAL_ES) else word


def _spelled(stem: str) -> str:
    """A Dutch stem as it is spelled at the end of a word: huiz = huis, briev = brief, gezinn = gezin."""
    stem = _DOUBLED_END.sub(r"\1", stem)
    if len(stem) > 2 and stem[-1] in "vz":
        return stem[:-1] + ("f" if stem[-1] == "v" else "s")
    return stem


RULES_FOLDER: Final = Path(__file__).resolve().parent.parent / "content" / "analysis"


@cache
def default_analyser() -> Analyser:
    """The analyser of the shipped rules, read once."""
    return Analyser(load_rules(RULES_FOLDER))


def analyse(text: str, language: str | None) -> list[str]:
    """The tokens of a text by the shipped rules; see `Analyser.analyse`."""
    return default_analyser().analyse(text, language)


def query_tokens(text: str, language: str | None) -> list[str]:
    """The tokens of a question by the shipped rules; see `Analyser.query_tokens`."""
    return default_analyser().query_tokens(text, language)


def join_tokens(tokens: Iterable[str]) -> str:
    """Tokens as a field that is split on spaces holds them."""
    return " ".join(tokens)
