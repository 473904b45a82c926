"""Which organizations are in a network, between which days; a change of it is a version of the network."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, select

from kaart.domain.catalogue import Change, Membership
from kaart.domain.codec import encode
from kaart.errors import InvalidInputError, NotFoundError
from kaart.store import tables as t
from kaart.store.history import PROVENANCE, VERSION, Version, load_origins, origins_after, provenance_row, version_row
from kaart.store.inserter import Inserter
from kaart.store.kinds import EntityKind
from kaart.store.plan import is_own
from kaart.store.rows import NETWORK

MEMBERSHIP: Final = t.table_of(t.MembershipRow)
#: How a member is called in the versions and the provenance of its network.
MEMBER_PLACE: Final = "members/"


def load_memberships(connection: Connection, network_id: UUID) -> tuple[Membership, ...]:
    """The members of a network, past ones included."""
    query = select(MEMBERSHIP).where(MEMBERSHIP.c.network_id == network_id).order_by(MEMBERSHIP.c.organization_id)
    return tuple(
        Membership(row.network_id, row.organization_id, row.role, row.since, row.until)
        for row in connection.execute(query)
    )


def save_membership(connection: Connection, membership: Membership, change: Change) -> bool:
    """Note a membership in place of what was noted for this organization; whether anything was written.

    The same again writes nothing, nor does an import over what an owner said. Raises `NotFoundError`
    (``network_unknown``) and `InvalidInputError` (``dates_reversed``).
    """
    first, last = membership.since, membership.until
    if first is not None and last is not None and first > last:
        raise InvalidInputError("dates_reversed", first=first, last=last)
    network_id, organization_id = membership.network_id, membership.organization_id
    number = connection.scalar(select(NETWORK.c.version).where(NETWORK.c.id == network_id))
    if number is None:
        raise NotFoundError("network_unknown", given=str(network_id))
    members = {each.organization_id: each for each in load_memberships(connection, network_id)}
    before = members.get(organization_id)
    place = f"{MEMBER_PLACE}{organization_id}"
    known = load_origins(connection, EntityKind.NETWORK, [network_id]).get(network_id, {})
    held = (place, "") in known and known[place, ""].held_by_owner
    if before == membership or (held and not is_own(change)):
        return False
    connection.execute(
        MEMBERSHIP.delete().where(
            MEMBERSHIP.c.network_id == network_id, MEMBERSHIP.c.organization_id == organization_id
        )
    )
    connection.execute(PROVENANCE.delete().where(PROVENANCE.c.entity_id == network_id, PROVENANCE.c.field == place))
    connection.execute(NETWORK.update().where(NETWORK.c.id == network_id).values(version=number + 1))
    diff: dict[str, list[Any]] = {place: [encode(before) if before else None, encode(membership)]}
    version = Version(number + 1, diff, change.actor, change.source, change.happened_at, change.comment, undo_of=None)
    origin = origins_after(known, [place], change)[place, ""]
    inserter = Inserter(connection)
    inserter.insert(MEMBERSHIP, [(network_id, organization_id, membership.role, first, last)])
    inserter.insert(VERSION, [version_row(EntityKind.NETWORK, network_id, number + 1, version)])
    inserter.insert(PROVENANCE, [provenance_row(EntityKind.NETWORK, network_id, origin)])
    return True
