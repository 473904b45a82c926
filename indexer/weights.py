"""What counts how much in the lexical list; the same for every backend, so that their orders agree.

A query's score for a text is, over the query's tokens, the sum of a disjunction maximum over the fields:
``max(boost × bm25) + TIE_BREAKER × (the other fields)``, plus the lifts of matching codes. BM25 has k1 = 1.2 and
b = 0.75, what tantivy and Lucene both use unless told otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

#: The fields of a `TextDocument` and what a word in them weighs. A name says what a service is, so it counts
#: most; a need's own words are how people ask; a provider's name answers only those who ask for it by name.
FIELD_BOOSTS: Final[Mapping[str, float]] = MappingProxyType(
    {"name": 3.0, "needs": 2.0, "summary": 1.5, "does": 1.0, "for_whom": 0.8, "provider": 0.8}
)

#: How much the fields that are not the best one add: words said twice count a little, not double.
TIE_BREAKER: Final = 0.2

#: What a matching need or kind code adds, in points of the score of a text. A rare word in a name is worth about
#: 20, so a code lifts a text over those that share one common word, and never over one that answers literally.
#: (In Lucene's scale, which lacks the factor k1 + 1; `BM25_SCALE` brings tantivy's scores to it.)
NEED_LIFT: Final = 4.0
KIND_LIFT: Final = 3.0

#: Lucene left the constant factor k1 + 1 out of its BM25 and tantivy did not.
BM25_K1: Final = 1.2
BM25_B: Final = 0.75
BM25_SCALE: Final = 1.0 / (BM25_K1 + 1.0)

#: A query is cut to this many different tokens: a page of text pasted in would otherwise cost a second.
MAX_QUERY_TOKENS: Final = 64
