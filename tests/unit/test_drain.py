from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.drain import Drain
from indexer.rebuild import rebuild
from kaart.errors import ConflictError, UnavailableError
from tests.factories.documents import a_document
from tests.factories.outbox import MemoryRegister, MemoryWriter, make_document


def a_drain(register: MemoryRegister, *writers: MemoryWriter) -> Drain:
    return Drain(writers, register, register, make_document)


def held(writer: MemoryWriter) -> dict[str, tuple[str, ...]]:
    return {key: document.fields["name"] for key, document in writer.texts.items()}


def expected(register: MemoryRegister) -> dict[str, tuple[str, ...]]:
    return {key: a_document(key, names[0]).fields["name"] for key, names in register.texts.items()}


def test_changes_and_removals_reach_the_index():
    register, writer = MemoryRegister(), MemoryWriter()
    register.change("debts", "Schuldbemiddeling")
    register.change("meals", "Maaltijden")
    register.change("meals")
    [report] = a_drain(register, writer).run_once().targets
    assert held(writer) == expected(register)
    assert (report.delivered, report.changed, report.removed, report.stopped) == (3, 1, 1, "")
    assert writer.applied == [(("debts",), ("meals",), 1)]


def test_with_nothing_to_do_nothing_is_written():
    register, writer = MemoryRegister(), MemoryWriter()
    assert a_drain(register, writer).run_once().delivered == 0
    assert writer.applied == []


def test_a_change_that_touched_no_text_is_just_noted():
    register, writer = MemoryRegister(), MemoryWriter()
    register.touch()
    assert a_drain(register, writer).run_once().delivered == 1
    assert writer.applied == []
    assert register.counts("memory") == (0, 0)


def test_the_batch_number_is_older_than_what_is_read():
    """A change between the number and the reading is written under the older number, and once more later."""
    register, writer = MemoryRegister(), MemoryWriter()
    register.change("debts", "Oud")
    numbers: list[int] = []
    register.on_groups = lambda: numbers.append(register.batch)
    a_drain(register, writer).run_once()
    assert numbers == [1]
    assert writer.applied[0][2] == 1


def test_a_text_whose_services_have_all_ended_is_removed():
    register, writer = MemoryRegister(), MemoryWriter()
    register.change("meals", "ended")
    [report] = a_drain(register, writer).run_once().targets
    assert (report.changed, report.removed) == (0, 1)
    assert writer.applied == [((), ("meals",), 1)]
    assert rebuild(writer, register, register, make_document).texts == 0


def test_no_more_than_the_limit_at_once_and_the_oldest_first():
    register, writer = MemoryRegister(), MemoryWriter()
    for number in range(5):
        register.change(f"text-{number}", "Hulp")
    drain = a_drain(register, writer)
    assert drain.run_once(limit=2).delivered == 2
    assert set(writer.texts) == {"text-0", "text-1"}
    assert [drain.run_once(limit=2).delivered for _ in range(3)] == [2, 1, 0]
    assert held(writer) == expected(register)


def test_one_bad_row_holds_up_no_other_and_is_set_aside():
    register, writer = MemoryRegister(), MemoryWriter()
    for number in range(20):
        register.change(f"text-{number}", "broken" if number == 13 else "Hulp")
    drain = a_drain(register, writer)
    [report] = drain.run_once().targets
    assert (report.delivered, report.failed, report.set_aside) == (19, 1, ())
    assert set(writer.texts) == set(register.texts) - {"text-13"}
    assert [drain.run_once().targets[0].set_aside for _ in range(3)] == [(), (14,), ()]
    assert register.counts("memory") == (0, 1)
    assert register.failures["memory", 14] == ["ValueError: this row cannot be read"] * 3


def test_a_bad_row_is_found_in_few_writes():
    register, writer = MemoryRegister(), MemoryWriter(refuses=frozenset({"text-321"}))
    for number in range(500):
        register.change(f"text-{number}", "Hulp")
    [report] = a_drain(register, writer).run_once(limit=500).targets
    assert (report.delivered, report.failed) == (499, 1)
    assert len(writer.applied) < 25


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (UnavailableError("elasticsearch_unreachable"), "elasticsearch_unreachable"),
        (UnavailableError("elasticsearch_full"), "elasticsearch_full"),
        (ConflictError("index_busy"), "index_busy"),
        (OSError(28, "No space left on device"), "index_storage_failed"),
    ],
)
def test_an_index_that_cannot_answer_leaves_everything_pending(failure, code):
    register, writer = MemoryRegister(), MemoryWriter(failure=failure)
    register.change("debts", "Schuldbemiddeling")
    register.change("meals", "Maaltijden")
    drain = a_drain(register, writer)
    for _ in range(10):
        [report] = drain.run_once().targets
        assert (report.delivered, report.failed, report.stopped) == (0, 0, code)
    assert register.counts("memory") == (2, 0)
    writer.failure = None
    assert drain.run_once().delivered == 2
    assert held(writer) == expected(register)


def test_one_index_that_is_down_holds_up_no_other():
    register = MemoryRegister()
    down = MemoryWriter("elasticsearch", failure=UnavailableError("elasticsearch_unreachable"))
    well = MemoryWriter("embedded")
    register.change("debts", "Schuldbemiddeling")
    report = a_drain(register, down, well).run_once()
    assert [(each.target, each.delivered, each.stopped) for each in report.targets] == [
        ("elasticsearch", 0, "elasticsearch_unreachable"),
        ("embedded", 1, ""),
    ]
    assert register.counts("elasticsearch") == (1, 0)


def test_after_a_stop_between_writing_and_noting_the_batch_comes_again():
    register, writer = MemoryRegister(), MemoryWriter()
    register.change("debts", "Schuldbemiddeling")

    class StopError(BaseException):
        pass

    noting = register.delivered

    def stop(target, ids):
        raise StopError

    register.delivered = stop
    drain = a_drain(register, writer)
    with pytest.raises(StopError):
        drain.run_once()
    register.delivered = noting
    register.change("debts", "Budgetbegeleiding")
    drain.run_once()
    assert held(writer) == expected(register)


_KEYS = st.sampled_from(["a", "b", "c"])
_STEPS = st.one_of(
    st.tuples(st.just("write"), _KEYS, st.sampled_from(["Wonen", "Werken", "Leren"])),
    st.tuples(st.just("remove"), _KEYS, st.none()),
    st.tuples(st.just("drain"), st.integers(1, 3), st.booleans()),
    st.tuples(st.just("rebuild"), st.none(), st.none()),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_STEPS, max_size=30))
def test_whatever_happens_the_index_ends_as_the_register_is(steps):
    """Also with drains that find no index or stop half-way, and with rebuilds in between."""
    register, writer = MemoryRegister(), MemoryWriter()
    drain = a_drain(register, writer)
    for step, first, second in steps:
        if step == "write":
            register.change(first, second)
        elif step == "remove":
            register.change(first)
        elif step == "drain":
            writer.failure = UnavailableError("elasticsearch_unreachable") if second else None
            drain.run_once(limit=first)
            writer.failure = None
        else:
            rebuild(writer, register, register, make_document)
    while drain.run_once().delivered:
        pass
    assert held(writer) == expected(register)


def test_a_rebuild_holds_every_text_and_clears_the_queue():
    register, writer = MemoryRegister(), MemoryWriter()
    register.change("debts", "Schuldbemiddeling")
    register.change("gone", "Oud")
    register.change("gone")
    told: list[tuple[int, int]] = []
    report = rebuild(writer, register, register, make_document, lambda done, total: told.append((done, total)))
    assert held(writer) == expected(register)
    assert (report.target, report.texts, report.offers, report.rejected) == ("memory", 1, 1, ())
    assert told == [(1, 1)]
    assert register.counts("memory") == (0, 0)


def test_a_change_during_a_rebuild_stays_in_the_queue():
    register, writer = MemoryRegister(), MemoryWriter()
    register.change("debts", "Schuldbemiddeling")
    register.on_each = lambda _key: register.change("late", "Later") if "late" not in register.texts else None
    rebuild(writer, register, register, make_document)
    assert set(writer.texts) == {"debts"}
    assert register.counts("memory") == (1, 0)
    a_drain(register, writer).run_once()
    assert held(writer) == expected(register)


def test_a_text_without_a_document_is_left_out_of_a_rebuild_and_named():
    register, writer = MemoryRegister(), MemoryWriter()
    register.change("debts", "Schuldbemiddeling")
    register.change("bad", "broken")
    report = rebuild(writer, register, register, make_document)
    assert set(writer.texts) == {"debts"}
    assert [(each.text_key, each.reason) for each in report.rejected] == [
        ("bad", "ValueError: this row cannot be read")
    ]
    assert register.counts("memory") == (0, 1), "what is missing from the index is not forgotten"
    register.texts["bad"] = ["Hulp"]
    assert rebuild(writer, register, register, make_document).rejected == ()
    assert register.counts("memory") == (0, 0)


def test_a_set_aside_row_stays_so_through_a_rebuild_that_refuses_it_too():
    register, writer = MemoryRegister(), MemoryWriter()
    register.change("debts", "Schuldbemiddeling")
    register.change("bad", "broken")
    drain = a_drain(register, writer)
    for _ in range(3):
        drain.run_once()
    assert register.counts("memory") == (0, 1)
    rebuild(writer, register, register, make_document)
    assert register.counts("memory") == (0, 1)


def test_a_rebuild_that_fails_leaves_the_queue_as_it_is():
    register, writer = MemoryRegister(), MemoryWriter()
    register.change("debts", "Schuldbemiddeling")

    def fail(documents, total, batch, progress):
        raise UnavailableError("elasticsearch_full")

    writer.rebuild = fail
    with pytest.raises(UnavailableError):
        rebuild(writer, register, register, make_document)
    assert register.counts("memory") == (1, 0)
