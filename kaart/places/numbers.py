"""Which four digits in a text are a postal code: not a year, an amount, a telephone number or a house number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kaart.places.names import Word, fold_word

_DIGITS = re.compile(
    r"(?<![\w.,:/€$£+-])(?:(?P<mark>[Bb](?:[Ee])?)\s?[-–]\s?)?(?P<code>[1-9]\d{3})(?![\w€$£%]|[.,:/-]\d|\s?[€$£%])"
)
#: Four digits between these are a year at least as often as a postal code.
_YEARS = range(1900, 2050)

#: What follows a quantity: units, money, and words of pay and price.
_UNITS = frozenset(
    fold_word(word)
    for word in """euro euros eur eu frank francs cent dollar pond m m2 km kg g gram liter ml kwh watt uur uren u h
    heures hours stunden minuten minutes min dagen jours days weken maanden jaar jaren ans years jahre keer fois times
    mal mensen personen personnes people leute inwoners kinderen stuks pagina bladzijden stappen woorden calorieen
    netto bruto net brut brutto per procent percent pct punten leden woningen plaatsen""".split()  # noqa: SIM905
)
#: A sentence with one of these speaks of money, so that a bare number in it is an amount.
_MONEY = frozenset(
    fold_word(word)
    for word in """verdien verdient verdienen betaal betaalt betalen betaald kost kosten kostte huur huurprijs loon
    salaris inkomen inkomsten pensioen schuld schulden lening leningen boete factuur facturen rekening bedrag budget
    waarborg uitkering leefloon afbetalen afbetaling premie som spaargeld krijg ontvang gagne gagner paie payer coute
    loyer salaire revenu revenus dette dettes facture factures montant pension amende pret caution budget earn pay
    rent salary income debt debts bill bills loan fine cost costs verdiene bezahle miete gehalt schulden rechnung
    lohn rente""".split()  # noqa: SIM905
)
#: What stands before a number that is no place: a telephone, a year, an article, a box, a case.
_NOT_BEFORE = frozenset(
    fold_word(word)
    for word in """tel telefoon telefoonnummer gsm bel bellen belde nummer nr no numero telephone appelez appeler
    phone call number handy sinds vanaf voor na tot jaar jaren anno depuis annee avant apres since year before after
    seit jahr artikel art article wet decreet loi wetboek bus boite box kamer lijn ligne bladzijde pagina page januari
    februari maart april mei juni juli augustus september oktober november december janvier fevrier mars avril mai
    juin juillet aout septembre octobre novembre decembre january february march may june july august october
    code pin iso ongeveer circa minstens maximum minimum boven onder dan meer minder plus moins""".split()  # noqa: SIM905
)
#: A sentence about a telephone has telephone numbers in it.
_PHONE = frozenset(
    fold_word(word)
    for word in """tel telefoon telefoonnummer gsm bel bellen belde belt telephone appeler appelez phone call
    telefon""".split()  # noqa: SIM905
)
#: Words that announce a postal code.
_ANNOUNCE = frozenset(
    fold_word(word) for word in ("postcode", "postnummer", "postal", "postale", "zip", "plz", "postleitzahl", "cp")
)
#: Words before a place.
PLACE_PREPOSITIONS = frozenset(
    fold_word(word)
    for word in """in te uit bij nabij naar rond rondom vanuit omgeving regio buurt streek stad gemeente deelgemeente
    centrum à aux dans près vers autour région ville commune quartier near around at from im bei um aus nach nahe
    stadt gemeinde""".split()  # noqa: SIM905
)
#: Verbs of living somewhere: with a preposition they make even an ordinary word a place.
LIVING = frozenset(
    fold_word(word)
    for word in """woon woont wonen woonde woonachtig wonend wonende verblijf verblijft verblijven gedomicilieerd
    ingeschreven verhuis verhuisd verhuizen habite habitons habitent habitant habiter habites vis vivons reside résidons
    domicilié domiciliée live lives living wohne wohnt wohnen lebe lebt""".split()  # noqa: SIM905
)
#: How many words back a verb of living still counts ("ik woon sinds twee jaar in …").
_LIVING_REACH = 5
#: A search of at most this many words has its place at the end more often than an amount.
_SHORT_SEARCH = 6


def is_place_preposition(words: Sequence[Word], index: int) -> bool:
    """Whether this word leads to a place. A bare *a* is *à* only behind a verb of living ("j'habite a Mons")."""
    word = words[index]
    if word.folded == "a" and word.written == "a":
        return index > 0 and words[index - 1].folded in LIVING
    return word.folded in PLACE_PREPOSITIONS


def lives_before(words: Sequence[Word], index: int) -> bool:
    """Whether a verb of living stands shortly before this word."""
    return any(word.folded in LIVING for word in words[max(0, index - _LIVING_REACH) : index])


def postal_codes(text: str, words: Sequence[Word]) -> list[tuple[int, int, str, bool]]:
    """(start, end, code, sure) of each number that may be a postal code.

    `sure` is false where only the name of one of its places behind it makes it one.
    """
    at = {word.end: index for index, word in enumerate(words)}
    found = []
    for match in _DIGITS.finditer(text):
        index = at.get(match.end("code"))
        if index is None:
            continue
        first = index - 1 if match["mark"] and index else index
        found.append(
            (match.start(), match.end(), match["code"], _is_sure(text, words, first, index, bool(match["mark"])))
        )
    return found


def _is_sure(text: str, words: Sequence[Word], first: int, index: int, marked: bool) -> bool:
    """Whether this number is a postal code without a name behind it."""
    before = [word.folded for word in words[max(0, first - 2) : first]]
    after = words[index + 1].folded if index + 1 < len(words) else ""
    if after in _UNITS:
        return False
    if marked or any(word in _ANNOUNCE for word in before) or (first == 0 and index == len(words) - 1):
        return True
    preposition = bool(before) and is_place_preposition(words, first - 1)
    if preposition and lives_before(words, first) and not any(word in _NOT_BEFORE for word in before):
        return True
    if int(words[index].written) in _YEARS or any(word in _NOT_BEFORE for word in before):
        return False
    told = {word.folded for word in words}
    apart = _set_apart(text, words[first].start, words[index].end) or _ends_search(words, index)
    return not told & _MONEY and (preposition or (apart and not told & _PHONE))


def _set_apart(text: str, start: int, end: int) -> bool:
    """Whether commas, brackets or line ends stand on both sides."""
    before = text[:start].rstrip(" \t")
    behind = text[end:].lstrip(" \t")
    return (not before or before[-1] in ",;(\n") and (not behind or behind[0] in ",;.)\n?!")


def _ends_search(words: Sequence[Word], index: int) -> bool:
    """Whether it is the last word of a few: "thuiszorg 9300"."""
    return index == len(words) - 1 and len(words) <= _SHORT_SEARCH
