"""Values of the domain as JSON and back."""

from __future__ import annotations

import dataclasses
import json
import typing
from dataclasses import replace
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaart.domain.areas import AreaCode, Point
from kaart.domain.catalogue import Location, Network, Organization, Professional, Project, Service
from kaart.domain.changes import difference, fields_of, place_of, with_fields
from kaart.domain.codec import decode, encode
from kaart.domain.facts import Evidence, ServiceFacts
from kaart.domain.facts_codec import facts_from_json, facts_to_json
from kaart.domain.texts import LocalText, Texts
from tests.contract.samples import ALL, LOCATION, SERVICE

WORDS = st.text(max_size=12)
LANGUAGES = st.sampled_from(["nl", "fr", "en", "de", "ar", "uk"])
TEXTS = st.lists(
    st.builds(LocalText, language=LANGUAGES, value=WORDS), max_size=3, unique_by=lambda text: text.language
).map(lambda texts: Texts(tuple(texts)))
POINTS = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))
st.register_type_strategy(str, WORDS)
st.register_type_strategy(Texts, TEXTS)
st.register_type_strategy(Point, POINTS)


def of(kind):
    """Any value of a dataclass, by the types of its fields; instants are aware."""
    hints = typing.get_type_hints(kind)
    return st.builds(kind, **{field.name: _of_type(hints[field.name]) for field in dataclasses.fields(kind)})


def _of_type(hint):
    arguments = typing.get_args(hint)
    if typing.get_origin(hint) is tuple:
        return st.lists(_of_type(arguments[0]), max_size=2).map(tuple)
    if type(None) in arguments:
        return st.none() | _of_type(next(each for each in arguments if each is not type(None)))
    if hint is AreaCode:
        return WORDS.map(AreaCode)
    if getattr(hint, "__name__", "") == "datetime":
        return st.datetimes(timezones=st.just(UTC))
    if dataclasses.is_dataclass(hint) and hint not in {Texts, Point}:
        return of(hint)
    return st.from_type(hint)


def facts():
    hints = typing.get_type_hints(ServiceFacts)
    names = [field.name for field in dataclasses.fields(ServiceFacts) if field.name != "evidence"]
    said = st.dictionaries(WORDS, st.tuples(WORDS, st.none() | st.dates()), max_size=4).map(
        lambda found: {name: Evidence(name, *each) for name, each in found.items()}
    )
    return st.builds(ServiceFacts, **{name: _of_type(hints[name]) for name in names}, evidence=said)


@given(facts())
def test_facts_come_back(value):
    assert facts_from_json(json.loads(json.dumps(facts_to_json(value)))) == value


@pytest.mark.parametrize("kind", [Organization, Location, Service, Project, Network, Professional])
def test_entities_come_back(kind):
    @given(of(kind))
    def check(value):
        assert decode(kind, json.loads(json.dumps(encode(value)))) == value

    check()


@given(of(Service), of(Service))
def test_a_difference_leads_from_one_state_to_the_other_and_back(before, after):
    after = replace(after, id=before.id, version=before.version)
    diff = json.loads(json.dumps(difference(before, after)))
    forth = with_fields(before, {key: new for key, (_, new) in diff.items()})
    assert fields_of(forth) == fields_of(after)
    diff = json.loads(json.dumps(difference(before, after)))
    back = with_fields(forth, {key: old for key, (old, _) in diff.items()})
    assert fields_of(back) == fields_of(before)


def test_nothing_of_the_facts_is_shared_that_can_be_changed():
    body = json.dumps(facts_to_json(typing.cast("ServiceFacts", _facts())))
    one, other = facts_from_json(json.loads(body)), facts_from_json(json.loads(body))
    one.evidence.clear()
    assert other.evidence


def test_a_field_that_is_added_later_finds_old_rows_readable():
    body = facts_to_json(_facts())
    for name in ("access", "schedules", "public_phone", "project"):
        body.pop(name, None)
    assert facts_from_json(body).schedules == ()


def test_what_says_nothing_takes_no_room():
    assert "waiting_time" not in facts_to_json(replace(_facts(), waiting_time=None))
    assert set(encode(Location(id=LOCATION.id, key="x"))) == {"id", "key"}


@pytest.mark.parametrize("sample", ALL, ids=lambda each: type(each).__name__ + each.key)
def test_a_new_entity_is_all_difference(sample):
    diff = difference(None, sample)
    assert all(old is None for old, _ in diff.values())
    assert not {"id", "version"} & set(diff)
    assert difference(sample, sample) == {}


def test_a_text_changes_by_language():
    changed = replace(SERVICE, name=Texts((SERVICE.name.values[0], LocalText("de", "Hilfe"))))
    diff = difference(SERVICE, changed)
    assert set(diff) == {"name@fr", "name@de"}
    assert place_of("name@fr") == ("name", "fr")
    assert place_of("phones") == ("phones", "")


def test_what_is_no_value_of_the_domain_is_refused():
    with pytest.raises(TypeError):
        encode(object())


def _facts():
    from kaart.store.facts_of import facts_of
    from tests.contract.samples import ORGANIZATION

    said = {"name": Evidence("name", "list", None)}
    return facts_of(SERVICE, ORGANIZATION, {LOCATION.id: LOCATION}, None, said)
