"""The port `FactsReader`: one row per service, read without any join."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from sqlalchemy import Engine, func, select

from kaart.domain.codes import Status
from kaart.domain.facts import ServiceFacts
from kaart.domain.facts_codec import facts_from_json
from kaart.domain.ids import ServiceId
from kaart.domain.search import TextGroup
from kaart.store import tables as t
from kaart.store.engine import reading
from kaart.store.load import chunks

FACTS: Final = t.table_of(t.ServiceFactsRow)
#: Texts in one query of `groups`; a statutory text has some 300 services.
_TEXTS: Final = 40
#: Rows that wait in memory while all of them are read.
_ROWS: Final = 500


class StoredFacts:
    """Reads `service_facts`; each call in a transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        """Nothing is read yet."""
        self._engine = engine

    def by_ids(self, service_ids: Sequence[ServiceId]) -> Mapping[ServiceId, ServiceFacts]:
        """The rows of these services, whatever their status; one that is not there is left out."""
        found: dict[ServiceId, ServiceFacts] = {}
        with reading(self._engine) as connection:
            for chunk in chunks(service_ids):
                query = select(FACTS.c.body).where(FACTS.c.service_id.in_(chunk))
                for facts in map(facts_from_json, connection.scalars(query)):
                    found[facts.service_id] = facts
        return found

    def groups(self, text_keys: Sequence[str]) -> Iterator[TextGroup]:
        """All active services of each text, in the order given; an unknown text gives an empty group."""
        for chunk in chunks(text_keys, _TEXTS):
            query = (
                select(FACTS.c.text_key, FACTS.c.body)
                .where(FACTS.c.text_key.in_(chunk), FACTS.c.status == Status.ACTIVE)
                .order_by(FACTS.c.service_id)
            )
            found: dict[str, list[ServiceFacts]] = defaultdict(list)
            with reading(self._engine) as connection:
                for text_key, body in connection.execute(query):
                    found[text_key].append(facts_from_json(body))
            yield from (TextGroup(text_key, tuple(found[text_key])) for text_key in chunk)

    def all_groups(self) -> Iterator[TextGroup]:
        """Every text with its active services, ordered by text key, from one view of the database."""
        query = (
            select(FACTS.c.text_key, FACTS.c.body)
            .where(FACTS.c.status == Status.ACTIVE)
            .order_by(FACTS.c.text_key, FACTS.c.service_id)
        )
        with reading(self._engine) as connection:
            rows = connection.execution_options(yield_per=_ROWS).execute(query)
            for text_key, group in groupby(rows, key=lambda row: str(row.text_key)):
                yield TextGroup(text_key, tuple(facts_from_json(row.body) for row in group))

    def count_texts(self) -> int:
        """How many texts have an active service."""
        query = select(func.count(FACTS.c.text_key.distinct())).where(FACTS.c.status == Status.ACTIVE)
        with reading(self._engine) as connection:
            return connection.scalar(query) or 0

    def count_services(self) -> int:
        """How many services are active."""
        query = select(func.count()).select_from(FACTS).where(FACTS.c.status == Status.ACTIVE)
        with reading(self._engine) as connection:
            return connection.scalar(query) or 0
