"""Short ways to make what an index holds."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from indexer.analysis import analyse
from kaart.domain.areas import AreaCode, Point, municipality_area
from kaart.domain.ids import ServiceId
from kaart.domain.search import IndexedOffer, TextDocument

GENT, BRUGGE, LEUVEN, DEINZE = "44021", "31005", "24062", "44083"
POINTS = {
    GENT: Point(51.0543, 3.7174),
    BRUGGE: Point(51.2093, 3.2247),
    LEUVEN: Point(50.8798, 4.7005),
    DEINZE: Point(50.9826, 3.5256),
}


def service_id(name: str) -> ServiceId:
    """The same id for the same name."""
    return ServiceId(uuid.uuid5(uuid.NAMESPACE_OID, name))


def an_offer(
    name: str,
    *,
    at: Sequence[str] = (),
    catchment: Iterable[str] | None = None,
    remote: bool = False,
    points: Sequence[Point] | None = None,
) -> IndexedOffer:
    """An offer at these municipalities, at their points unless others are given."""
    return IndexedOffer(
        service_id=service_id(name),
        catchment=None if catchment is None else tuple(AreaCode(code) for code in catchment),
        remote=remote,
        municipalities=tuple(at),
        points=tuple(POINTS[nis] for nis in at) if points is None else tuple(points),
    )


def local_offer(name: str, nis: str) -> IndexedOffer:
    """An offer that stands in a municipality and serves exactly that one."""
    return an_offer(name, at=[nis], catchment=[municipality_area(nis)])


def a_document(
    text_key: str,
    name: str,
    *,
    summary: str = "",
    does: str = "",
    for_whom: str = "",
    provider: str = "",
    need_words: str = "",
    needs: Sequence[str] = (),
    kinds: Sequence[str] = (),
    offers: Sequence[IndexedOffer] | None = None,
    language: str = "nl",
) -> TextDocument:
    """A text whose `at`, `covers` and `remote` follow from its offers (by default one in Gent for Gent)."""
    offers = [local_offer(f"{text_key} in Gent", GENT)] if offers is None else offers
    fields = {
        "name": name,
        "summary": summary,
        "does": does,
        "for_whom": for_whom,
        "provider": provider,
        "needs": need_words,
    }
    return TextDocument(
        text_key=text_key,
        fields={field: tuple(analyse(text, language)) for field, text in fields.items()},
        passage=" ".join(text for text in (name, summary, does, for_whom, need_words) if text),
        needs=tuple(needs),
        kinds=tuple(kinds),
        at=tuple(sorted({nis for offer in offers for nis in offer.municipalities})),
        covers=tuple(sorted({code for offer in offers for code in offer.catchment or ()})),
        remote=any(offer.remote for offer in offers),
        offers=tuple(offers),
    )
