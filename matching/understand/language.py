"""The language of a text, among those that the project supports; good on a few words."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from typing import Protocol, cast

from matching.understand.words import plain_words

#: The languages in which people may ask (design: matching §1).
LANGUAGES = ("nl", "fr", "en", "de", "tr", "ar", "uk", "pl", "ro", "es")

#: Letters that stand in one of the supported languages only.
_OWN_LETTERS: Mapping[str, str] = {
    "ğ": "tr", "ı": "tr", "ş": "tr",
    "ą": "pl", "ę": "pl", "ł": "pl", "ż": "pl", "ź": "pl", "ś": "pl", "ć": "pl", "ń": "pl",
    "ă": "ro", "ș": "ro", "ț": "ro", "ţ": "ro",
    "ñ": "es", "¿": "es", "¡": "es",
    "ß": "de",
    "œ": "fr", "ê": "fr", "è": "fr", "ù": "fr",
}  # fmt: skip

#: Everyday words (plain forms) that point to a language. Statistics of letters fail on "hallo" or "OCMW Gent";
#: one word of these decides, and words of several languages ("in", "die") are left out.
_CUES: Mapping[str, str] = {
    "nl": """ik jij mijn mij wij jullie hij zij ze een het van voor niet geen meer heb hebt heeft hebben ben bent zijn
        kan kunnen wil moet moeten zoek zoeken nodig graag hoe waar wie wanneer waarom welke bij naar uit aan om te
        ook nog wel maar dat dit deze thuis huis huur werk geld kind kinderen moeder vader mama papa zoon dochter
        vrouw vriend buurvrouw buurman oma opa ziek zorg hulp helpen schulden facturen rekening betalen leefloon
        ocmw eenzaam goeiedag dag iemand niemand altijd nooit papieren eten drinken dokter huisarts poetshulp
        rolstoel beperking zorgen maaltijd aanvragen waarvoor jaar oud woning school opvang gemeente
        mn hallo factuur depressief poetsvrouw gezocht kapot moe bang ruzie vriendin luistert slaat
        angst zieke leren""",
    "fr": """je j ai mon ma mes nous vous ils elle il une des les le du au aux pas plus est suis sont avec pour dans
        sur qui que quoi comment ou quand pourquoi besoin cherche aide payer loyer factures argent travail enfant
        enfants mere pere maman papa mari femme fils fille maison logement malade bonjour cpas dettes seule
        chez ans peux puis veux faut""",
    "en": """i my me we you the and is are am not have has need help can cannot how where what who with for from
        your our their rent pay bills money job child children mother father mum dad son daughter husband wife house
        home sick hello debts lonely someone looking please want don old years of to""",
    "de": """ich mein meine meinen meiner mir mich wir ihr sie nicht kein keine mehr habe hat haben bin sind kann
        brauche suche hilfe wie wo wer und oder der das den dem ein eine einen fur mit von zu zum zur bei nach geld
        miete arbeit kinder mutter vater sohn tochter mann frau haus wohnung krank hallo rechnungen bezahlen
        schuldnerberatung jahre alt""",
    "tr": """ben benim bana beni bir ve icin ile degil yok var nasil nerede ne kim istiyorum yardim ihtiyacim
        cocuk cocugum annem babam esim kocam karim oglum kizim ev evim para param kira kirami fatura faturalarimi
        is hasta yalniz merhaba odeyemiyorum ariyorum lazim cok""",
    "pl": """ja moj moja moje mam nie jest jestem sa dla jak gdzie kto co czy i oraz pomoc pomocy potrzebuje szukam
        dziecko dzieci matka ojciec mama tata syn corka maz zona dom mieszkanie pieniedzy praca pracy chory rachunki
        czynsz placic moge moze sie na ze""",
    "ro": """eu meu mea mei am are sunt este nu pentru cum unde cine ce si sau ajutor nevoie caut copil copii mama
        tata fiul fiica sotul sotia casa locuinta bani chirie facturi munca bolnav pot platesc platim sa imi mi""",
    "es": """yo mi mis tengo tiene no es soy estoy esta para como donde quien que y o ayuda necesito busco nino ninos
        hijo hija hijos madre padre marido mujer casa dinero alquiler facturas trabajo enfermo puedo pagar el los
        las una un con por muy hola deudas sola solo del""",
}  # fmt: skip

#: What one cue word is worth against the logarithm of the statistical model's probability: one cue word outweighs
#: a model that is fairly sure (0.95 against 0.05) of the wrong language.
_CUE_WEIGHT = 3.0
_LETTER_WEIGHT = 4.0
#: Below this probability after all evidence the language is not said: "OK" has none.
_SURE_ENOUGH = 0.5
#: More text than this says no more about the language.
_LONGEST = 600


class _Identifier(Protocol):
    def set_languages(self, langs: list[str]) -> None: ...

    def rank(self, text: str) -> list[tuple[str, float]]: ...


def _script(text: str) -> str | None:
    """Arabic and Cyrillic letters decide at once: one supported language uses each."""
    letters = [letter for letter in text if letter.isalpha()]
    if not letters:
        return None
    arabic = sum("\u0600" <= letter <= "\u06ff" or "\u0750" <= letter <= "\u077f" for letter in letters)
    cyrillic = sum("\u0400" <= letter <= "\u04ff" for letter in letters)
    for count, language in ((arabic, "ar"), (cyrillic, "uk")):
        if count * 2 > len(letters):
            return language
    return None


class LanguageDetector:
    """Finds the language of a text. The statistical model is read at the first use, once."""

    def __init__(self) -> None:
        self._identifier: _Identifier | None = None
        self._lock = threading.Lock()
        self._cues: dict[str, tuple[str, ...]] = {}
        for language, words in _CUES.items():
            for word in set(words.split()):
                self._cues[word] = (*self._cues.get(word, ()), language)

    def detect(self, text: str) -> str | None:
        """The language (one of `LANGUAGES`), or None where nothing tells it: digits, emoji, a bare name."""
        text = text[:_LONGEST]
        if by_script := _script(text):
            return by_script
        words = plain_words(text)
        if not any(any(letter.isalpha() for letter in word) for word in words):
            return None
        scores = {language: math.log(max(chance, 1e-6)) for language, chance in self._rank(text)}
        for word in words:
            for language in self._cues.get(word, ()):
                scores[language] += _CUE_WEIGHT / len(self._cues[word])
        for letter in set(text.casefold()):
            if language := _OWN_LETTERS.get(letter, ""):
                scores[language] += _LETTER_WEIGHT
        best = max(scores, key=scores.__getitem__)
        total = sum(math.exp(score - scores[best]) for score in scores.values())
        return best if 1 / total >= _SURE_ENOUGH else None

    def warm_up(self) -> None:
        """Read the model now, so that the first request does not wait for it."""
        self._rank("goeiedag")

    def _rank(self, text: str) -> list[tuple[str, float]]:
        if self._identifier is None:
            with self._lock:
                if self._identifier is None:
                    # The import alone takes a tenth of a second, and commands that search nothing need not pay it.
                    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

                    identifier = cast("_Identifier", LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True))
                    identifier.set_languages(list(LANGUAGES))
                    self._identifier = identifier
        return self._identifier.rank(text)
