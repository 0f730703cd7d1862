"""The overlay gives the same rows as a plain list that is edited step by step, and undo gives back the step before."""

from __future__ import annotations

from array import array

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ftui.dataset import overlay as overlay_module
from ftui.dataset.overlay import Overlay
from ftui.dataset.record import NEW_ROW, FieldEdit
from ftui.store.entry import Change, Deleted, Inserted, Raw, Splice, Splices

ROWS = 12


def edit(raw: bytes, edits: list[FieldEdit] | tuple[FieldEdit, ...] | object) -> bytes:
    text = raw.decode()
    for one in sorted(edits, key=lambda e: -e.start):  # type: ignore[call-overload]
        text = text[: one.start] + one.text + text[one.end :]
    return text.encode()


class Editing(RuleBasedStateMachine):
    """A list of [row id, bytes] is the model; each step keeps a copy for undo."""

    def __init__(self) -> None:
        super().__init__()
        self.base = [b"row %d" % i for i in range(ROWS)]
        self.overlay = Overlay(self.base.__getitem__, edit)  # type: ignore[arg-type]
        self.model: list[tuple[int, bytes]] = list(enumerate(self.base))
        self.steps: list[tuple[Change, list[tuple[int, bytes]]]] = []

    def do(self, change: Change, model: list[tuple[int, bytes]]) -> None:
        self.steps.append((change, self.model))
        self.overlay.push(change)
        self.model = model

    @precondition(lambda self: self.model)
    @rule(data=st.data(), text=st.text("ab", max_size=3))
    def splice(self, data: st.DataObject, text: str) -> None:
        chosen = data.draw(st.sets(st.sampled_from([rid for rid, _ in self.model]), min_size=1))
        change = Splices.of("p", ((rid, [Splice("f", 0, 1, text)]) for rid in sorted(chosen)))
        self.do(
            change, [(rid, (text.encode() + raw[1:]) if rid in chosen else raw) for rid, raw in self.model]
        )

    @precondition(lambda self: self.model)
    @rule(data=st.data(), raw=st.binary(min_size=1, max_size=3).map(lambda b: b.hex().encode()))
    def replace(self, data: st.DataObject, raw: bytes) -> None:
        chosen = data.draw(st.sampled_from([rid for rid, _ in self.model]))
        self.do(Raw("p", chosen, raw), [(rid, raw if rid == chosen else old) for rid, old in self.model])

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        chosen = data.draw(st.sets(st.sampled_from([rid for rid, _ in self.model]), min_size=1))
        self.do(
            Deleted("p", array("q", sorted(chosen))), [step for step in self.model if step[0] not in chosen]
        )

    @rule(data=st.data())
    def insert(self, data: st.DataObject) -> None:
        after = data.draw(st.sampled_from([-1, *(rid for rid, _ in self.model)]))
        at = next((i + 1 for i, (rid, _) in enumerate(self.model) if rid == after), 0)
        new = self.overlay.next_row()
        added = (new, b"new %d" % (new - NEW_ROW))
        self.do(Inserted("p", new, after, added[1]), [*self.model[:at], added, *self.model[at:]])

    @precondition(lambda self: self.steps)
    @rule(times=st.integers(1, 3))
    def undo(self, times: int) -> None:
        for _ in range(min(times, len(self.steps))):
            change, self.model = self.steps.pop()
            self.overlay.pop(change)

    @invariant()
    def reads_like_the_model(self) -> None:
        order = self.overlay.order(0, ROWS, first=True).tolist()
        assert order == [rid for rid, _ in self.model]
        assert [self.overlay.raw(rid) for rid in order] == [raw for _, raw in self.model]
        edited = set(self.overlay.edited_rows().tolist())
        for rid, raw in self.model:
            assert not self.overlay.deleted(rid)
            assert self.overlay.added(rid) == (rid >= NEW_ROW)
            if rid not in edited:
                assert raw == self.base[rid]
        assert bool(self.overlay) == bool(self.steps)

    @invariant()
    def a_copy_is_the_same(self) -> None:
        other = self.overlay.copy()
        assert other.order(0, ROWS, first=True).tolist() == [rid for rid, _ in self.model]


class TestRowByRow(Editing.TestCase):  # type: ignore[name-defined,misc]
    """Every change entered row by row."""

    settings = settings(max_examples=20, stateful_step_count=15, deadline=None)


class TestInBulk(Editing.TestCase):  # type: ignore[name-defined,misc]
    """Every change of several rows kept as a sorted array."""

    settings = settings(max_examples=20, stateful_step_count=15, deadline=None)

    @pytest.fixture(autouse=True)
    def _all_in_bulk(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(overlay_module, "BULK", 0)


def test_rows_of_a_section_only() -> None:
    overlay = Overlay(lambda row: b"%d" % row, edit)  # type: ignore[arg-type]
    overlay.push(Inserted("p", NEW_ROW, -1, b"first"))
    overlay.push(Inserted("p", NEW_ROW + 1, 4, b"after 4"))
    overlay.push(Deleted("p", [5]))
    assert overlay.order(0, 5, first=True).tolist() == [NEW_ROW, 0, 1, 2, 3, 4, NEW_ROW + 1]
    assert overlay.order(5, 8, first=False).tolist() == [6, 7]
    assert overlay.anchor(NEW_ROW + 1) == 4
    assert overlay.order(0, 5, first=True).dtype == np.int64


def test_a_row_that_is_nowhere() -> None:
    overlay = Overlay([b"x"].__getitem__, edit)  # type: ignore[arg-type]
    with pytest.raises(IndexError):
        overlay.raw(NEW_ROW + 3)
