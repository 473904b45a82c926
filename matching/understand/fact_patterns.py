"""What facts look like in a text, per language: a table, so that a language can be added without touching code.

A pattern is a regular expression that is searched without regard to case. In a pattern of ages the group
``n`` is the number and the group ``months`` stands where it counts months. Arabic, Ukrainian and the other
languages of the requests have no patterns yet: their facts are asked, not guessed.
"""

from __future__ import annotations

from typing import Final

from kaart.domain.codes import Budget, ForWhom, Mobility, When

#: The people someone may ask for, as one speaks of them.
RELATIVES: Final = {
    "nl": r"(?:schoon|stief|groot|bonus|pleeg)?(?:moeder|vader|zoon|dochter|broer|zus|ouders?|kind(?:je|eren)?|kids?)"
    r"|mama|papa|ma|pa|mams|paps|zoontje|dochtertje|oma|opa|bomma|bompa|moeke|vake|meme|pepe|nonkel|tante|oom|neef"
    r"|nicht|kleinzoon|kleindochter|kleinkind(?:eren)?|man|vrouw|partner|echtgenoot|echtgenote|vriend(?:in)?"
    r"|buurman|buurvrouw|buur|baby|jongen|meisje|tweeling|collega|lief",
    "fr": r"(?:belle-|beau-|grand-)?(?:mère|mere|père|pere)|maman|papa|fils|fille|frère|frere|sœur|soeur|parents?"
    r"|enfants?|bébé|bebe|mamie|papy|mari|femme|épouse|époux|compagnon|compagne|conjointe?|ami|amie|voisin|voisine"
    r"|oncle|tante|neveu|nièce|petit-fils|petite-fille",
    "en": r"(?:step|grand)?(?:mother|father|son|daughter)(?:-in-law)?|mum|mom|mummy|dad|brother|sister|parents?|kids?"
    r"|child(?:ren)?|baby|grandma|grandpa|granny|husband|wife|partner|friend|neighbou?r|uncle|aunt|nephew|niece",
    "de": r"(?:schwieger|groß|stief)?(?:mutter|vater|sohn|tochter|eltern)|mama|papa|bruder|schwester|kind(?:er)?|baby"
    r"|oma|opa|mann|frau|partner(?:in)?|freund(?:in)?|nachbar(?:in)?|onkel|tante|neffe|nichte|enkel(?:in)?",
}

#: "mijn", "onze", "ma" … before a relative.
POSSESSIVES: Final = {
    "nl": r"(?:mijn|m[ 'n]n|mn|mij|onze|ons|haar|zijn|een|ne|nen)",
    "fr": r"(?:mon|ma|mes|notre|nos|sa|son|une?)",
    "en": r"(?:my|our|his|her|an?)",
    "de": r"(?:meine?[rmns]?|unsere?[rmns]?|seine?[rmn]?|ihre?[rmn]?|eine?[rmn]?)",
}

_NL_UNIT = r"(?:jaar|jaren|jr|j)\b\.?"

#: Ages of the person who asks or of someone else. `self` and `other` tell whose age it is; `any` does not.
#: What looks like an age and is none (money, years ago, weeks of a pregnancy, how long something lasts) is kept out
#: by what must stand around the number.
AGES: Final = {
    "nl": {
        "self": (
            (r"\bik\s+(?:ben|was)\s+(?:nu\s+|al\s+|een\s+\w+\s+van\s+|bijna\s+|net\s+|ondertussen\s+)?(?P<n>\d{1,3})"
            r"(?!\d)(?!\s*(?:weken|week|maand|maanden|keer|uur|dag|dagen|%|procent|euro|€|km|kg|jaar\s+(?:geleden|\w+loos|"
            r"getrouwd|gescheiden|samen|ziek|in\b|hier\b|actief|aan\b|op\b)))"),
            r"\bik\s*,\s*(?P<n>\d{1,3})(?:\s*" + _NL_UNIT + r")?\s*,",
        ),
        "other": (
            (r"\b{my}\s+(?:\w+\s+)?{relative}\s*(?:,|is|wordt|van)?\s*(?:nu\s+|al\s+|bijna\s+)?(?P<n>\d{1,3})(?!\d)"
            r"(?!\s*(?:euro|€|%|keer|km|kg|weken|week|dagen|dag|uur|kinderen|jaar\s+(?:geleden|\w+loos)))"
            r"(?:\s*(?P<months>maand(?:en|je|jes)?)\b)?"),
            (r"\b{relative}\s+van\s+(?P<n>\d{1,3})(?!\d)(?!\s*(?:euro|€|%|keer|km|kg|weken|week|dagen|dag|uur))"
            r"(?:\s*(?P<months>maand(?:en|je|jes)?)\b)?"),
            r"\b{relative}\s*[,(]?\s*(?P<n>\d{1,3})\s*" + _NL_UNIT + r"(?!\s+(?:geleden|lang|\w+loos))",
            (r"\b(?:hij|zij|ze)\s+is\s+(?:nu\s+|al\s+|bijna\s+)?(?P<n>\d{1,3})(?!\d)"
            r"(?!\s*(?:euro|€|%|keer|km|kg|weken|week|dagen|dag|uur|jaar\s+(?:geleden|\w+loos)))"),
        ),
        "any": (
            r"(?<![\d.,])(?P<n>\d{1,3})[\s-]*jari(?:ge|g)e?[nr]?\b",
            r"(?<![\d.,])(?P<n>\d{1,3})\s*" + _NL_UNIT + r"\s+oud\b",
            r"\b(?:van|met)\s+(?P<n>\d{2,3})\s*" + _NL_UNIT + r"(?!\s+(?:geleden|lang|werk|dienst|ervaring))",
            r"^\W*(?P<n>\d{1,3})\s*" + _NL_UNIT + r"(?=\s*(?:[,;.]|en\b|$|oud|vrouw|man|meisje|jongen))",
            r"\b(?:man|vrouw|jongen|meisje|dame|heer|mevrouw|meneer|cliënte?|patiënte?|bewoner|bewoonster)\s*[,(]?\s*"
            r"(?:van\s+)?\(?(?P<n>\d{1,3})(?!\d)\s*(?:" + _NL_UNIT + r"|[),]|$)",
            (r"(?<![\d.,])(?<!al )(?<!sinds )(?<!voor )(?<!binnen )(?<!na )(?<!over )(?<!om de )(?<!elke )"
            r"(?P<n>[4-9]\d|1[01]\d)\s*jaar(?!\s+(?:geleden|lang|\w+loos|getrouwd|gescheiden|samen|ziek|werk|aan\b|in\b))"),
        ),
    },
    "fr": {
        "self": (r"\bj['’\s]?\s?ai\s+(?:bientôt\s+|presque\s+|déjà\s+)?(?P<n>\d{1,3})\s*ans\b(?!\s+de\s+(?!moi))",),
        "other": (
            (r"\b{my}\s+(?:\w+\s+)?{relative}\s*(?:,|de|a|âgée?\s+de|qui\s+a|aura)?\s*(?:bientôt\s+)?"
            r"(?P<n>\d{1,3})\s*(?:ans\b|(?P<months>mois)\b)"),
            r"\b(?:il|elle)\s+a\s+(?:bientôt\s+|presque\s+)?(?P<n>\d{1,3})\s*ans\b",
        ),
        "any": (
            r"\bâgée?s?\s+de\s+(?P<n>\d{1,3})\s*ans\b",
            r"\b(?:homme|femme|garçon|dame|monsieur|patiente?|cliente?)\s*(?:de|,)?\s*(?P<n>\d{1,3})\s*ans\b",
            r"^\W*(?P<n>\d{1,3})\s*ans\b(?!\s+d)",
        ),
    },
    "en": {
        "self": (
            (r"\bI(?:['’]?m|\s+am)\s+(?:now\s+|almost\s+|nearly\s+|a\s+)?(?P<n>\d{1,3})(?!\d)"
            r"(?!\s*(?:weeks|months|km|kg|%|euros?|€|miles|minutes|hours|days|years?\s+(?:sober|married|clean|in\b)))"),
        ),
        "other": (
            r"\b{my}\s+(?P<n>\d{1,3})[\s-]*(?:(?:years?|yrs?)[\s-]*olds?|yo)\b",
            (r"\b{my}\s+(?:\w+\s+)?{relative}\s*(?:,|is|who\s+is|aged|turns)?\s*(?P<n>\d{1,3})(?!\d)"
            r"(?!\s*(?:weeks|km|kg|%|euros?|€|miles|minutes|hours|days|times))(?:\s*(?P<months>months?)\b)?"),
            r"\b(?:he|she)\s+is\s+(?:now\s+|almost\s+)?(?P<n>\d{1,3})(?!\d)(?!\s*(?:weeks|km|kg|%|€))",
        ),
        "any": (
            r"(?<![\d.,])(?P<n>\d{1,3})[\s-]*(?:years?|yrs?)[\s-]*olds?\b",
            r"\baged?\s+(?P<n>\d{1,3})(?!\d)",
        ),
    },
    "de": {
        "self": (
            (r"\bich\s+bin\s+(?:jetzt\s+|schon\s+|fast\s+)?(?P<n>\d{1,3})(?!\d)"
            r"(?!\s*(?:wochen|monate|km|kg|%|euro|€|stunden|tage|mal|jahre\s+(?:verheiratet|arbeitslos|hier|in\b)))"),
        ),
        "other": (
            (r"\b{my}\s+(?:\w+\s+)?{relative}\s*(?:,|ist|von|mit|wird)?\s*(?:jetzt\s+|schon\s+)?(?P<n>\d{1,3})(?!\d)"
            r"(?!\s*(?:wochen|km|kg|%|euro|€|stunden|tage|mal|kinder))(?:\s*(?P<months>monate?)\b)?"),
            r"\b(?:er|sie)\s+ist\s+(?:jetzt\s+|schon\s+)?(?P<n>\d{1,3})(?!\d)(?!\s*(?:wochen|km|kg|%|€|stunden))",
        ),
        "any": (
            r"(?<![\d.,])(?P<n>\d{1,3})[\s-]*jährige?[nrsm]?\b",
            r"(?<![\d.,])(?P<n>\d{1,3})\s*jahre?\s+alt\b",
        ),
    },
}  # fmt: skip

#: Whom the question is about: a client of a worker, or somebody else in one's life.
FOR_WHOM: Final = {
    "nl": {
        ForWhom.CLIENT: (r"\b(?:cli[eë]nt(?:e|en)?|pati[eë]nt(?:e|en)?|bewo(?:ner|onster)|zorgvrager|hulpvrager)\b",),
        ForWhom.OTHER: (
            r"\bvoor\s+{my}\s+(?:\w+\s+)?(?:{relative})\b",
            (
                r"\b(?:mijn|m'n|mn|onze|ons)\s+(?:{relative})\s*(?:,|is|heeft|kan|wil|moet|wordt|komt|zit|krijgt|zoekt|van\s+\d|"
                r"\d|valt|vergeet|loopt|drinkt|luistert|eet|slaapt|woont|durft|leeft|ziet|hoort|zegt|gaat)"
            ),
        ),
    },
    "fr": {
        ForWhom.CLIENT: (r"\b(?:ma|mon|une?|notre)\s+(?:patiente?|cliente?|bénéficiaire)\b",),
        ForWhom.OTHER: (
            r"\bpour\s+{my}\s+(?:{relative})\b",
            r"\b(?:mon|ma|mes)\s+(?:{relative})\s*(?:,|est|a|ne|n['’]|de\s+\d|veut|doit|peut|va|vit|boit|tombe|oublie|âgée?)",
        ),
    },
    "en": {
        ForWhom.CLIENT: (r"\b(?:my|a|our)\s+(?:clients?|patients?|residents?)\b",),
        ForWhom.OTHER: (
            r"\bfor\s+{my}\s+(?:{relative})\b",
            r"\bmy\s+(?:{relative})\s*(?:,|is|has|can|can['’]?t|cannot|needs?|wants?|lives?|drinks?|forgets?|keeps?|won['’]t)",
        ),
    },
    "de": {
        ForWhom.CLIENT: (r"\b(?:mein|meine|ein|eine|unsere?)\s+(?:klient(?:in)?|patient(?:in)?|bewohner(?:in)?)\b",),
        ForWhom.OTHER: (
            r"\bfür\s+{my}\s+(?:{relative})\b",
            r"\bmeine?\s+(?:{relative})\s*(?:,|ist|hat|kann|will|muss|wird|braucht|sucht|trinkt|vergisst|lebt|wohnt|\d)",
        ),
    },
}

#: Languages that someone may say to speak, by their names in the languages of the texts.
LANGUAGE_NAMES: Final = {
    "nl": r"nederlands|vlaams|néerlandais|dutch|niederländisch",
    "fr": r"frans|français|francais|french|französisch",
    "en": r"engels|anglais|english|englisch",
    "de": r"duits|allemand|german|deutsch",
    "tr": r"turks|turc|turkish|türkisch",
    "ar": r"arabisch|arabe|arabic",
    "uk": r"oekra[iï]ens|ukrainien|ukrainian|ukrainisch",
    "pl": r"pools|polonais|polish|polnisch",
    "ro": r"roemeens|roumain|romanian|rumänisch",
    "es": r"spaans|espagnol|spanish|spanisch",
}

#: Before the name of a language. A negation in front ("spreekt geen Nederlands") is the opposite and does not fit.
SPEAKS: Final = (
    r"\b(?:spreek(?:t|en)?|praat|praten|parle(?:nt)?|parlons|speaks?|spreche(?:n)?|spricht)\s+"
    r"(?:alleen|enkel|slechts|goed|beter|uniquement|seulement|que|only|nur|mostly|vooral|surtout)?\s*(?:maar\s+)?"
    r"(?P<language>{names})\b"
)

BUDGET: Final = {
    Budget.NONE: (
        r"\b(?:geen|zonder)\s+(?:geld|centen|inkomen|budget)\b",
        r"\bgratis\b",
        r"\b(?:pas|plus|sans)\s+(?:d['’\s])?\s?argent\b|\bgratuit(?:e|es|s|ement)?\b",
        r"\bno\s+money\b|\bfor\s+free\b|\bfree\s+of\s+charge\b",
        r"\b(?:kein|ohne)\s+geld\b|\bkostenlos\w*\b",
    ),
    Budget.LOW: (
        r"\b(?:weinig|te\s+weinig|niet\s+veel)\s+(?:geld|inkomen|budget)\b|\bgoedko(?:op|pe|per)\b|\bniet\s+te\s+duur\b",
        r"\bkan\b[^.!?]{0,40}\bniet\s+(?:meer\s+)?betalen\b",
        r"\bpeu\s+d['’\s]\s?argent\b|\bpas\s+chers?\b|\bbon\s+marché\b",
        r"\b(?:little|not\s+much)\s+money\b|\bcheap\b|\blow\s+income\b|\bcan(?:['’]?t|not)\s+afford\b",
        r"\bwenig\s+geld\b|\bbillig\w*\b|\bnicht\s+bezahlen\b",
    ),
}

MOBILITY: Final = {
    Mobility.HOUSEBOUND: (
        r"\bkomt?\s+(?:nooit|niet|bijna\s+niet|amper)\s+(?:meer\s+)?(?:buiten|uit\s+huis|het\s+huis\s+uit)\b|\bbedlegerig\b",
        r"\bne\s+(?:sors|sort|peut|peux)\s+plus\s+(?:sortir\s+)?de\s+(?:chez|la\s+maison)\b|\balitée?\b",
        r"\bhousebound\b|\bbedridden\b|\b(?:can['’]?t|cannot)\s+leave\s+the\s+house\b",
        r"\bbettlägerig\w*\b|\bkommt?\s+nicht\s+mehr\s+aus\s+dem\s+haus\b",
    ),
    Mobility.WHEELCHAIR: (r"\brolstoel\w*\b|\bfauteuil\s+roulant\b|\bwheelchair\b|\brollstuhl\w*\b",),
    Mobility.NO_CAR: (
        (
            r"\b(?:geen|zonder)\s+(?:auto|wagen|rijbewijs|vervoer)\b|\b(?:pas\s+de|sans)\s+(?:voiture|permis)\b"
            r"|\b(?:no|without\s+a)\s+car\b|\b(?:kein|ohne)\s+auto\b"
        ),
    ),
}

WHEN: Final = {
    When.NIGHT: (r"(?<!\w)(?:['’]?s\s?nachts|snachts|la\s+nuit|at\s+night|nachts)\b",),
    When.EVENING: (r"(?<!\w)(?:['’]?s\s?avonds|savonds|na\s+(?:het\s+)?werk|le\s+soir|in\s+the\s+evenings?|abends)\b",),
    When.WEEKEND: (r"\b(?:in\s+het\s+weekend|weekends?|le\s+week-?end|am\s+wochenende)\b",),
    When.DAYTIME: (r"\b(?:overdag|en\s+journée|pendant\s+la\s+journée|during\s+the\s+day|tagsüber)\b",),
}
