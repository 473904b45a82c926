"""Rights and allowances: what a person may ask for, under which conditions, where and how.

The program never decides: it says "mogelijk recht op" and names the body that does.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kaart.domain.codes import Granting
from kaart.domain.eligibility import Eligibility
from kaart.domain.texts import Texts


@dataclass(frozen=True, slots=True)
class AskAt:
    """Where a right is asked: the body by name, and the kinds of help whose local offer takes the request."""

    name: str
    kinds: tuple[str, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Right:
    """One right. What is no `Texts` is Dutch; an empty text is not known.

    `conditions` says in words what `eligibility` says as rules as far as it is certain. `regions` holds ``be``,
    ``vlg``, ``bru``. `amount` stands there only with the date from which it holds.
    """

    code: str
    labels: Texts
    explanation: Texts
    who: str
    how: str
    ask_at: AskAt
    granting: Granting
    conditions: tuple[str, ...] = ()
    eligibility: Eligibility = field(default_factory=Eligibility)
    term: str = ""
    appeal: str = ""
    amount: str = ""
    needs: tuple[str, ...] = ()
    target_groups: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    legal_basis: str = ""
    source: str = ""
    source_url: str = ""
    source_date: str = ""
