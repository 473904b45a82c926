"""The made-up catalogue: the same for the same seed, plainly fictitious, spread like the population."""

from __future__ import annotations

from collections import Counter

import pytest

from data_sources.synthetic import SyntheticPlace, generate
from kaart.domain.areas import Point
from kaart.domain.codes import Reach
from kaart.domain.needs import Term, TermKind
from kaart.domain.texts import Texts
from kaart.domain.validation import problems

PLACES = (
    SyntheticPlace("44021", "Gent", Point(51.05, 3.72), 270_000, "40000", "02000", ("44083",)),
    SyntheticPlace("44083", "Deinze", Point(50.98, 3.53), 45_000, "40000", "02000", ("44021",)),
    SyntheticPlace("21012", "Sint-Jans-Molenbeek", Point(50.85, 4.31), 98_000, None, "04000", ()),
)


def _taxonomy():
    kinds = [Term(f"kind_{i}", TermKind.SERVICE_TYPE, Texts.of(nl=f"Soort {i}", fr=f"Sorte {i}")) for i in range(20)]
    groups = [Term(f"group_{i}", TermKind.TARGET_GROUP, Texts.of(nl=f"Groep {i}", fr=f"Groupe {i}")) for i in range(8)]
    needs = []
    for i in range(10):
        labels = Texts.of(nl=f"Nood {i}", fr=f"Besoin {i}")
        needs.append(Term(f"need_{i}", TermKind.NEED, labels, kinds=(f"kind_{i}", f"kind_{i + 10}")))
    return {term.code: term for term in (*kinds, *groups, *needs)}


TAXONOMY = _taxonomy()


@pytest.fixture(scope="module")
def bundles():
    return list(generate(4000, 1, TAXONOMY, PLACES))


@pytest.fixture(scope="module")
def services(bundles):
    return [service for bundle in bundles for service in bundle.services]


@pytest.mark.parametrize("count", [0, 1, 7, 100])
def test_exactly_as_many_services_as_asked(count):
    assert sum(len(bundle.services) for bundle in generate(count, 1, TAXONOMY, PLACES)) == count


def test_the_same_seed_gives_the_same_catalogue():
    assert list(generate(200, 7, TAXONOMY, PLACES)) == list(generate(200, 7, TAXONOMY, PLACES))


def test_another_seed_gives_another_catalogue_with_other_keys():
    one, other = (list(generate(200, seed, TAXONOMY, PLACES)) for seed in (1, 2))
    assert not {bundle.organization.id for bundle in one} & {bundle.organization.id for bundle in other}
    assert [each.services[0].name for each in one] != [each.services[0].name for each in other]


def test_the_taxonomys_order_does_not_matter():
    turned = dict(reversed(TAXONOMY.items()))
    assert list(generate(50, 1, turned, PLACES)) == list(generate(50, 1, TAXONOMY, PLACES))


def test_everything_is_marked_and_says_that_it_is_made_up(bundles):
    for bundle in bundles:
        for entity in (bundle.organization, *bundle.services, *((bundle.location,) if bundle.location else ())):
            assert entity.synthetic
            assert entity.key.startswith("synthetic-1-")
            assert problems(entity) == ()
        assert "Synthetische" in bundle.organization.name.text("nl")
        assert all(service.name.text("nl").startswith("Synthetische dienst") for service in bundle.services)


def test_nothing_could_be_somebodys_number_or_address(bundles, services):
    assert not any(service.phones or service.email or service.url for service in services)
    assert not any(bundle.location.street for bundle in bundles if bundle.location)


def test_texts_are_shared(services):
    texts = {(service.name, service.summary, service.for_whom) for service in services}
    assert len(texts) < 0.8 * len(services)


def test_about_six_in_ten_have_a_place_near_the_middle_of_the_municipality(bundles, services):
    assert 0.5 < sum(bool(service.locations) for service in services) / len(services) < 0.7
    middles = {place.nis: place.point for place in PLACES}
    for bundle in bundles:
        if bundle.location:
            middle = middles[bundle.location.municipality]
            assert abs(bundle.location.point.latitude - middle.latitude) < 0.1
            assert abs(bundle.location.point.longitude - middle.longitude) < 0.15


def test_larger_municipalities_have_more(bundles):
    found = Counter(bundle.organization.name.text("nl").partition("(")[2].rstrip(")") for bundle in bundles)
    assert found["Gent"] > found["Sint-Jans-Molenbeek"] > found["Deinze"]


def test_catchments_are_mixed_and_each_service_can_be_found(services):
    systems = Counter(
        service.catchment.areas[0].partition(":")[0] if service.catchment.is_known else None for service in services
    )
    assert set(systems) == {None, "municipality", "province", "region"}
    unreachable = [
        service
        for service in services
        if not service.locations and not service.catchment.is_known and Reach.PHONE not in service.reach
    ]
    assert unreachable == []


def test_all_needs_come_up(services):
    assert {code for service in services for code in service.needs} == {f"need_{i}" for i in range(10)}


def test_nothing_to_make_services_of_is_told():
    with pytest.raises(ValueError, match="nothing"):
        list(generate(1, 1, {}, PLACES))
