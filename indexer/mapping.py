"""Settings and mapping of the Elasticsearch index: pure functions, values in, values out.

**One index, one document per text, its offers inside.** A second index of offers was weighed and set aside: a text
and its offers would then be two writes with two versions, an offer that is no more would need a search before it
can be deleted (delete-by-query is not used), and two aliases would have to swap as one. Inside the document an offer
appears, changes and vanishes with the one versioned write of its text. The price is that all offers of a text are
read to choose a few: 300 for a statutory service, about 25 kB, of which 50 texts stay within some milliseconds.

The index is never migrated. A change of what is written here raises `FORMAT`, and the next rebuild makes a fresh
index beside the present one (`{prefix}-texts-{n}`) and swaps the alias `{prefix}-texts`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from indexer.offers import pack
from indexer.weights import FIELD_BOOSTS
from kaart.domain.search import TextDocument

#: Raised with every change of the mapping or of what is written into a document.
FORMAT: Final = 2

#: How vectors are kept: all of them as they are, compared one by one, as the embedded index does. A document is a
#: text and not an offer, so that 100,000 services are some thousands of vectors; rounded ones (`int8_hnsw`) moved
#: scores by up to 0.02, which was enough to change the order of near offers between the two backends.
VECTOR_INDEX: Final = "flat"

#: How long the engine remembers the version of a removed text. A rebuild writes texts as it read them at its
#: beginning, so a removal during the rebuild must be remembered until it ends; no rebuild takes a day.
REMEMBER_REMOVED: Final = "24h"

_ANALYSER: Final = "tokens"


@dataclass(frozen=True, slots=True)
class MadeBy:
    """What an index was made with; when one of these changes it has to be rebuilt.

    `embedder` and `analysis` are the identities of the model and of the analyser.
    """

    embedder: str
    analysis: str
    format: int = FORMAT


def alias(prefix: str) -> str:
    """The alias that is searched and written to."""
    return f"{prefix}-texts"


def index_name(prefix: str, number: int) -> str:
    """The name of one build."""
    return f"{alias(prefix)}-{number}"


def building_alias(index: str) -> str:
    """The alias that an index has only while it is being built; after a crash it marks what is half-built."""
    return f"{index}-building"


def writing_alias(index: str) -> str:
    """The alias by which one build is written to, for as long as it exists.

    Unlike the index's own name it can be required to be there, so that a write that comes after the index was removed
    fails instead of making an index of that name.
    """
    return f"{index}-write"


def number_of(prefix: str, index: str) -> int | None:
    """The number of a build by its name; None when the name is not one of ours."""
    found = re.fullmatch(re.escape(alias(prefix)) + r"-(\d+)", index)
    return int(found[1]) if found else None


def vector_field(embedder: str) -> str:
    """The field of the vectors of one embedder.

    Its identity is part of the name, so that a query made by another model can find nothing rather than compare
    vectors that mean different things.
    """
    return f"vector_{hashlib.sha256(embedder.encode()).hexdigest()[:12]}"


def settings() -> dict[str, Any]:
    """Settings of an index that is being filled: it is refreshed once, at the end.

    One shard: a hundred thousand texts are far from what one holds, and the statistics of words (and so the scores)
    are those of the whole. A replica appears as soon as there is a second node.
    """
    return {
        "number_of_shards": 1,
        "auto_expand_replicas": "0-1",
        "refresh_interval": "-1",
        "gc_deletes": REMEMBER_REMOVED,
        "analysis": {"analyzer": {_ANALYSER: {"type": "custom", "tokenizer": "whitespace"}}},
    }


def filled_settings() -> dict[str, Any]:
    """What changes once the index is filled: changes are seen within a second by themselves."""
    return {"refresh_interval": "1s"}


def mappings(made_by: MadeBy, dimension: int, about: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping: token fields, codes to filter and lift by, the vector, and the offers as they are.

    Only the offers are kept to be read back (`_source`): everything else is written anew from the database. Words
    are indexed without positions, since no phrase is ever searched.
    """
    keyword: Mapping[str, Any] = {"type": "keyword"}
    words = {name: {"type": "text", "analyzer": _ANALYSER, "index_options": "freqs"} for name in FIELD_BOOSTS}
    return {
        "dynamic": "strict",
        "_meta": about,
        "_source": {"includes": ["offers"]},
        "properties": {
            **words,
            "text_key": keyword,
            "need_codes": keyword,
            "kind_codes": keyword,
            "at": keyword,
            "covers": keyword,
            "remote": {"type": "boolean"},
            "batch": {"type": "long"},
            "offer_count": {"type": "integer"},
            "offers": {"type": "object", "enabled": False},
            vector_field(made_by.embedder): {
                "type": "dense_vector",
                "dims": dimension,
                "index": True,
                "similarity": "cosine",
                "index_options": {"type": VECTOR_INDEX},
            },
        },
    }


def meta(made_by: MadeBy, built_at: datetime, batch: int, *, rebuilt: bool) -> dict[str, Any]:
    """What an index tells of itself. `batch` is the number that was taken before its texts were read.

    `rebuilt` is False for one that began with a batch of changes: it may lack every text that did not change since,
    so it should be rebuilt.
    """
    return {**asdict(made_by), "built_at": built_at.isoformat(), "batch": batch, "rebuilt": rebuilt}


def difference(present: Mapping[str, Any], needed: MadeBy) -> str:
    """Why an index with this `_meta` should be rebuilt, as a code; empty when it fits.

    ``index_other_format``: it can be neither read nor written. ``index_other_embedder``: its vectors are of another
    model. ``index_other_analysis``: its words were cut otherwise. ``index_never_rebuilt``: it began with a batch.
    """
    for name, value in sorted(asdict(needed).items(), key=lambda each: each[0] != "format"):
        if present.get(name) != value:
            return f"index_other_{name}"
    return "" if present.get("rebuilt") else "index_never_rebuilt"


def document(text: TextDocument, batch: int) -> dict[str, Any]:
    """The body of one text, all but its vector. `batch` is also the document's version.

    Raises `ValueError` for a field that the mapping does not have.
    """
    if unknown := sorted(text.fields.keys() - FIELD_BOOSTS.keys()):
        message = f"fields without a weight: {', '.join(unknown)}"
        raise ValueError(message)
    return {
        **{name: " ".join(tokens) for name, tokens in text.fields.items()},
        "text_key": text.text_key,
        "need_codes": list(text.needs),
        "kind_codes": list(text.kinds),
        "at": list(text.at),
        "covers": list(text.covers),
        "remote": text.remote,
        "batch": batch,
        "offer_count": len(text.offers),
        "offers": pack(text.offers),
    }
