"""What judging gives back to the data: a corrected answer as a new training row."""

from __future__ import annotations

import copy
import threading
from collections.abc import Sequence
from typing import Any, NamedTuple

from ftui.dataset import field_path
from ftui.dataset.dataset import Dataset
from ftui.dataset.document import Document
from ftui.dataset.example import Role
from ftui.dataset.formats.base import never, no_progress
from ftui.dataset.layouts.base import Value
from ftui.dataset.record import RowId
from ftui.dataset.session import Session
from ftui.model.ollama_template import Message
from ftui.project.errors import FtuiError
from ftui.project.settings import Project
from ftui.review.prompt import Prompt
from ftui.rules.stop_signal.end_marker import Answer, settle
from ftui.store.entry import Inserted
from ftui.text import markers

_ROLES: dict[str, Role] = {"system": "system", "user": "user", "assistant": "assistant", "tool": "tool"}


class Added(NamedTuple):
    """The row of a correction."""

    file: int
    row: RowId
    display_path: str
    sequence: int
    """The journal's number of the step."""


class Corrections:
    """The training file of a project, changed through the journal of the desk: undone, resumed and saved like it."""

    def __init__(self, project: Project, session: Session | None = None) -> None:
        """Without a session the project's files are opened at the first correction."""
        self.project = project
        self.taken_up = 0
        """Unsaved steps of an earlier session, of the desk perhaps, that are saved with the corrections."""
        self._session = session
        self._own = session is None
        self._opening = threading.Lock()
        self._endings: dict[int, tuple[str, str]] = {}

    def prepare(self) -> None:
        """Open the training file and find its last row. Raises FtuiError."""
        session = self._opened()
        document = session.dataset.documents[self._file(session.dataset)]
        if not document.complete:
            document.build_index(no_progress, never)
        self._ending(session.dataset, self._file(session.dataset))

    def add(self, prompt: Prompt, answer: str, output: str) -> Added:
        """The corrected pair as a new row behind the last one, in the file's own layout. Raises FtuiError."""
        self.prepare()
        session = self._opened()
        file = self._file(session.dataset)
        document = session.dataset.documents[file]
        marker, separator = self._ending(session.dataset, file)
        if marker and not markers.ends_with(answer, marker):
            answer = answer.rstrip() + separator + marker
        value = row_value(document, prompt.messages, answer, output)
        order = document.order()
        row = document.overlay.next_row()
        raw = document.records.encode(value)
        change = Inserted(str(document.path), row, int(order[-1]) if len(order) else -1, raw)
        entry = session.apply("add a corrected answer", [change], "add", details={"prompt": prompt.prompt_id})
        return Added(file, row, document.display_path, entry.sequence if entry else 0)

    def take_back(self, added: Added) -> None:
        """Take a correction out of the file again: by undo where it was the last step, else by removing the row."""
        session = self._opened()
        if session.cursor == added.sequence:
            session.undo()
        elif not session.dataset.documents[added.file].deleted(added.row):
            session.delete(added.file, [added.row])

    def dataset(self) -> Dataset:
        """The files that are open here. Raises FtuiError."""
        return self._opened().dataset

    @property
    def unsaved(self) -> int:
        """Steps that are in the journal and not yet in the file."""
        return self._session.unsaved if self._session is not None else 0

    def save(self) -> list[str]:
        """Write the corrected rows into their file; gives its name. Raises FtuiError."""
        if self._session is None:
            return []
        named = [self._session.dataset.documents[file].display_path for file in self._session.dirty_files()]
        self._session.save()
        return named

    def close(self) -> None:
        """Let go of the files; what is not saved is in the journal, and offered at the next start."""
        if self._own and self._session is not None:
            self._session.close()
            self._session.dataset.close()
            self._session = None

    def _opened(self) -> Session:
        with self._opening:
            return self._session or self._open()

    def _open(self) -> Session:
        if self._session is None:
            if not self.project.splits:
                raise FtuiError(
                    "no training file is known that a corrected answer could go to",
                    "name it in ftui.toml, or run `ftui init` in the project's folder",
                )
            session = Session.open(Dataset.open([], self.project))
            if session.resume is not None:
                session.resume_accept()  # corrections of an earlier sitting that nobody saved yet
                self.taken_up = session.unsaved
            self._session = session
        return self._session

    @staticmethod
    def _file(dataset: Dataset) -> int:
        return next((view.file for view in dataset.splits if view.name.split()[0] == "train"), 0)

    def _ending(self, dataset: Dataset, file: int) -> tuple[str, str]:
        """The end marker of the file's answers and what stands before it."""
        if file not in self._endings:
            document = dataset.documents[file]
            examples = (document.example(row) for row in document.order()[:200])
            answers = [Answer(each.answer, True) for each in examples if each is not None]
            found = settle(answers, self.project.stop)
            self._endings[file] = (found.marker or "", found.separator)
        return self._endings[file]


def row_value(document: Document, messages: Sequence[Message], answer: str, output: str = "") -> Value:
    """A conversation and its answer as a row of a file. Raises FtuiError where the layout has no place for it.

    In preference pairs the answer is the chosen one and `output` the rejected one.
    """
    layout = document.layout
    said = [(_ROLES.get(message.role, "user"), message.content) for message in messages]
    if layout.has_turns:
        value = layout.template()
        for _ in layout.example(value).texts:
            value = layout.remove_turn(value, 0)
        for number, (role, text) in enumerate([*said, ("assistant", answer)]):
            value = layout.add_turn(value, number, role, text)
        return value
    value = copy.deepcopy(layout.template())
    fields = {text.role: text.field for text in reversed(layout.example(value).texts)}
    if layout.name == "text" or "user" not in fields:
        raise FtuiError(
            f"rows of {document.display_path} have no prompt of their own ({layout.name} layout)",
            "copy the corrected text into the file by hand",
        )
    if said and said[0][0] == "system":
        value = _with_system(value, layout.name, fields, said.pop(0)[1])
    *earlier, last = [text for _, text in said] or [""]
    if earlier:
        value = _with_history(value, layout.name, earlier)
    own = next((fields[role] for role in ("assistant", "chosen", "label") if role in fields), None)
    if own is None:
        raise FtuiError(f"rows of {document.display_path} have no answer", "map it under [data.columns]")
    value = _set(_set(value, fields["user"], last), own, answer)
    return _set(value, fields["rejected"], output) if "rejected" in fields else value


def _with_system(value: Value, layout: str, fields: dict[Role, str], text: str) -> Value:
    if "system" in fields:
        return _set(value, fields["system"], text)
    if layout in ("alpaca", "prompt-completion", "question-answer") and isinstance(value, dict):
        return {**value, "system": text}
    raise FtuiError(f"rows in the {layout} layout have no place for a system prompt", "add the row by hand")


def _with_history(value: Value, layout: str, earlier: Sequence[str]) -> Value:
    if layout not in ("alpaca", "prompt-completion", "question-answer") or len(earlier) % 2:
        raise FtuiError(
            f"rows in the {layout} layout have no place for a conversation", "add the row by hand"
        )
    assert isinstance(value, dict)
    return {**value, "history": [list(pair) for pair in zip(earlier[::2], earlier[1::2], strict=True)]}


def _set(value: Value, field: str, text: str) -> Value:
    """A changed copy of the value: the text at a path that is there."""
    changed = copy.deepcopy(value)
    *way, last = field_path.parse(field)
    held: Any = changed
    for step in way:
        held = held[step]
    held[last] = text
    return changed
