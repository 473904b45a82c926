"""Every weight of the criteria, once, with its reason. Points are decimals with three digits.

The scale: answering the need is worth one point. Everything else together stays below it, so that the nearest,
best described offer never stands above one that answers what was asked.
"""

from __future__ import annotations

from typing import Final

from matching.criteria.candidate import Fit

#: How well the register says that the need is answered. A need's own code is sharper than a kind of help, which may
#: answer several needs; both together are the strongest statement. A name in the question ("leefloon") is as good
#: as a code. Words alone are half: they may be about something else.
NEED: Final = {Fit.BOTH: 1.0, Fit.NEED: 0.9, Fit.KIND: 0.8, Fit.NAMED: 0.9, Fit.TEXT: 0.4, Fit.NONE: 0.0}

#: How near the words are, as a share of the best place in both lists. It orders offers with the same codes; the
#: places 1 and 15 of both lists then differ by 0.1, a third of what distance may decide.
TEXT: Final = 0.6

#: Where nothing fits (outside the catalogue's regions) the nearest words still order what is shown.
LOOSE: Final = 0.1

#: An offer for one need answers it better than one for thirty ("maatschappelijke dienstverlening"): divided by the
#: square root of the number of its needs.
SPECIFIC: Final = 0.2

#: A second reading of the same words counts less than the first.
SECOND_READING: Final = 0.6

#: Next door against at the end of what is reasonable: 0.3, so that place ranks and does not decide.
REACH: Final = 0.3
#: Help that comes to the person needs no journey, but who comes from where is not said: a little below next door.
REACH_HOME: Final = 0.25
#: By phone or online one can begin today; it replaces no help nearby, so it stands with help at middle distance.
REACH_REMOTE: Final = 0.18
#: In the municipality, address unknown: as a place at the usual distance to a centre.
REACH_MUNICIPALITY: Final = 0.22
#: Same eerstelijnszone: the services there work together, which helps a little.
REACH_ZONE: Final = 0.03

#: A catchment that holds the place is a right to be helped; not told is asked.
AREA: Final = 0.15
AREA_UNKNOWN: Final = 0.05

#: A known condition that is met takes a doubt away; less than any other known fact, since most have no condition.
ELIGIBILITY: Final = 0.1

#: Someone who speaks the language makes the difference between helped and not; an interpreter nearly.
LANGUAGE: Final = 0.25
LANGUAGE_INTERPRETER: Final = 0.15

#: Looked at within its own review period; older counts a third; an editor's text, which the organisation has not
#: confirmed, a fifth. It never outweighs distance.
FRESHNESS: Final = 0.1
FRESHNESS_STALE: Final = 0.03
FRESHNESS_EDITORIAL: Final = 0.02
FRESHNESS_DATED: Final = 0.02
