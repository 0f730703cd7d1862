"""`run-ID.wandb` of Weights & Biases: the history of a run in full, also of one that was never uploaded.

The messages are those of wandb/proto/wandb_internal.proto.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import orjson

from ftui.training.readers.config import take_config
from ftui.training.readers.points import logged_row
from ftui.training.readers.protobuf import double, fields, signed, text
from ftui.training.readers.reader import Reader
from ftui.training.readers.table import Table
from ftui.training.readers.values import step_of
from ftui.training.readers.wandb_framing import MAGIC, WandbFraming
from ftui.training.readers.wandb_usual import UsualRow, row_of
from ftui.training.record import Record

_HISTORY, _CONFIG, _RUN, _EXIT = 2, 5, 17, 18
_LONGEST_VALUE = 2000


class WandbReader(Reader):
    """One run's own file, which grows while it trains."""

    format = "wandb"
    title = "Weights & Biases run file"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._framing = WandbFraming()
        self._table = Table()
        self._usual = UsualRow(_json)

    @classmethod
    def recognise(cls, head: bytes, path: Path) -> float:  # noqa: ARG003
        return 1.0 if head.startswith(MAGIC) else 0.0

    def feed(self, data: bytes) -> list[Record]:
        found = []
        for payload in self._framing.feed(data):
            row = row_of(payload)
            if row is not None:
                if row and (record := self._row(row)) is not None:
                    found.append(record)
                continue
            for number, value in fields(payload):
                if number == _HISTORY and isinstance(value, bytes):
                    record = self._history(value)
                    if record is not None:
                        found.append(record)
                elif isinstance(value, bytes):
                    self._take(number, value)
        return found

    def _row(self, row: bytes) -> Record | None:
        usual = self._usual.values(row)
        return self._history(row) if usual is None else self._logged(*usual)

    def _history(self, message: bytes) -> Record | None:
        values: dict[str, object] = {}
        step: int | None = None
        for number, value in fields(message):
            if number == 1 and isinstance(value, bytes):
                values.update(_item(value))
            elif number == 2 and isinstance(value, bytes):
                step = next((signed(one) for part, one in fields(value) if part == 1), 0)
        return self._logged(values, step)

    def _logged(self, values: dict[str, object], step: int | None) -> Record | None:
        told = step_of(values.get("_step"))
        return logged_row(self._table, values, step if told is None else told, values.get("_timestamp"))

    def _take(self, number: int, message: bytes) -> None:
        if number == _CONFIG:
            self._config(message)
        elif number == _RUN:
            for part, value in fields(message):
                if part == 4 and isinstance(value, bytes):
                    self._config(value)
        elif number == _EXIT:
            code = next((signed(value) for part, value in fields(message) if part == 1), 0)
            self.facts.finished = code == 0

    def _config(self, message: bytes) -> None:
        found: dict[str, object] = {}
        for number, value in fields(message):
            if number == 1 and isinstance(value, bytes):
                found.update(_item(value))
        take_config(self.facts, {name: value for name, value in found.items() if not name.startswith("_")})


def _item(message: bytes) -> Iterator[tuple[str, object]]:
    """Name and value of one entry; a nested one is `outer/inner`."""
    names: list[str] = []
    value: object = None
    for number, content in fields(message):
        if number in (1, 2) and content:
            names.append(text(content))
        elif number == 6:
            value = double(content)
        elif number in (7, 8, 16) and isinstance(content, bytes) and len(content) <= _LONGEST_VALUE:
            value = _json(content)
    if names and value is not None and not isinstance(value, list):
        yield "/".join(names), value


def _json(content: bytes) -> object:
    try:
        return orjson.loads(content)
    except ValueError:
        # NaN and Infinity stand bare; `number` reads them.
        return content.decode("utf-8", "replace")
