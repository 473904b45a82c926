from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from indexer import mapping
from indexer.weights import FIELD_BOOSTS
from tests.factories.documents import GENT, a_document

MADE_BY = mapping.MadeBy("model@1", "analysis-1")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def the_mapping(made_by: mapping.MadeBy = MADE_BY) -> dict:
    return mapping.mappings(made_by, 384, mapping.meta(made_by, NOW, 7, rebuilt=True))


def test_names_of_builds_and_aliases():
    index = mapping.index_name("kaart", 7)
    assert (mapping.alias("kaart"), index, mapping.building_alias(index)) == (
        "kaart-texts",
        "kaart-texts-7",
        "kaart-texts-7-building",
    )
    assert mapping.number_of("kaart", index) == 7


@pytest.mark.parametrize("name", ["kaart-texts", "kaart-texts-7-building", "kaart-texts-x", "kaart-two-texts-7", ""])
def test_another_name_is_not_a_build(name):
    assert mapping.number_of("kaart", name) is None


def test_a_prefix_is_taken_literally():
    assert mapping.number_of("k.art", "kaart-texts-1") is None


def test_nothing_that_is_not_in_the_mapping_is_taken_in():
    assert the_mapping()["dynamic"] == "strict"


def test_words_are_split_on_spaces_only():
    fields = the_mapping()["properties"]
    analyser = mapping.settings()["analysis"]["analyzer"]
    for name in FIELD_BOOSTS:
        assert analyser[fields[name]["analyzer"]] == {"type": "custom", "tokenizer": "whitespace"}


def test_every_vector_states_how_it_is_indexed():
    vectors = [field for field in the_mapping()["properties"].values() if field["type"] == "dense_vector"]
    assert vectors == [
        {
            "type": "dense_vector",
            "dims": 384,
            "index": True,
            "similarity": "cosine",
            "index_options": {"type": "flat"},
        }
    ]


def test_vectors_of_two_models_have_two_fields():
    assert mapping.vector_field("model@1") in the_mapping()["properties"]
    assert mapping.vector_field("model@1") != mapping.vector_field("model@2")
    assert mapping.vector_field("model@2") not in the_mapping()["properties"]


@pytest.mark.parametrize(
    ("other", "code"),
    [
        (MADE_BY, ""),
        (mapping.MadeBy("model@2", "analysis-1"), "index_other_embedder"),
        (mapping.MadeBy("model@1", "analysis-2"), "index_other_analysis"),
        (mapping.MadeBy("model@2", "analysis-2", mapping.FORMAT + 1), "index_other_format"),
    ],
)
def test_an_index_fits_only_what_made_it(other, code):
    present = json.loads(json.dumps(the_mapping()["_meta"]))
    assert mapping.difference(present, other) == code


def test_an_index_of_before_there_were_formats_does_not_fit():
    assert mapping.difference({}, MADE_BY) == "index_other_format"


def test_an_index_that_began_with_a_batch_should_be_rebuilt():
    assert mapping.difference(mapping.meta(MADE_BY, NOW, 7, rebuilt=False), MADE_BY) == "index_never_rebuilt"


def test_the_index_tells_when_it_was_built_and_from_which_number():
    about = the_mapping()["_meta"]
    assert (datetime.fromisoformat(about["built_at"]), about["batch"]) == (NOW, 7)


def test_a_document_has_a_value_for_each_field_of_the_mapping_and_no_other():
    text = a_document("debts", "Schuldbemiddeling", summary="Hulp bij schulden", needs=["debt"], kinds=["debt_help"])
    body = mapping.document(text, 12)
    assert {*body, mapping.vector_field("model@1")} == the_mapping()["properties"].keys()
    assert body["name"].split() == list(text.fields["name"])
    assert (body["batch"], body["offer_count"], body["at"]) == (12, 1, [GENT])
    json.dumps(body)


def test_a_field_without_a_weight_is_refused():
    text = a_document("debts", "Schuldbemiddeling")
    text.fields["colour"] = ("red",)
    with pytest.raises(ValueError, match="colour"):
        mapping.document(text, 1)
