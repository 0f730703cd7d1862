"""Guesses what the rows tell: their layout, their columns, the marker that answers end with."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftui.dataset.dataset import guess_split
from ftui.dataset.layouts.columns import SYNONYMS
from ftui.discover.data_files import DataFile
from ftui.discover.proposal import Reason
from ftui.project.split_names import usual_split


def propose_layout(found: list[DataFile], toml: dict[str, dict[str, Any]], reasons: list[Reason]) -> None:
    """The layout that all files have; where they differ, none is named."""
    layouts = Counter(data.layout for data in found)
    if len(layouts) > 1:
        said = ", ".join(f"{name} in {count}" for name, count in layouts.most_common())
        reasons.append(Reason("layout", "each file its own", f"files differ ({said})"))
        return
    name = found[0].layout
    rows, fitting = sum(data.rows for data in found), sum(data.fitting for data in found)
    toml["data"] = {"layout": name}
    reasons.append(Reason("layout", name, f"{fitting} of the {rows} rows looked at have it"))
    if name == "columns":
        _propose_columns(found, toml, reasons)


def _propose_columns(found: list[DataFile], toml: dict[str, dict[str, Any]], reasons: list[Reason]) -> None:
    """The mapping of columns, where their names tell one prompt and one answer."""
    names = {"user": "prompt", "assistant": "answer", "system": "system", "label": "label"}
    columns: dict[str, str] = {}
    seen: Counter[str] = sum((data.columns for data in found), Counter())
    for column, _ in seen.most_common():
        role = names.get(SYNONYMS.get(column.strip().lower(), ""))
        if role is not None:
            columns.setdefault(role, column)
    if "prompt" in columns and ("answer" in columns or "label" in columns):
        toml["data"]["columns"] = columns
        said = ", ".join(f"{role} = {column}" for role, column in columns.items())
        reasons.append(
            Reason("columns", said, "by the names of the columns; correct them where they are wrong")
        )


def propose_marker(found: list[DataFile], toml: dict[str, dict[str, Any]], reasons: list[Reason]) -> None:
    """The end marker of the answers to train on, where they agree."""
    from ftui.rules.stop_signal.end_marker import discover_marker

    train = [data for data in found if usual_split(guess_split(data.path)) == "train"] or found
    answers = [answer for data in train for answer in data.answers]
    if not answers:
        return
    ending = discover_marker(answers)
    if ending.marker:
        share = sum(answer.rstrip().endswith(ending.marker) for answer in answers) / len(answers)
        toml["stop"] = {"end_marker": ending.marker}
        why = f"{share:.0%} of {len(answers)} answers end with it"
        reasons.append(Reason("end marker", repr(ending.marker), why))
    elif ending.marker == "":
        reasons.append(Reason("end marker", "none", f"none found in {len(answers)} answers"))
    else:
        said = ", ".join(f"{share.share:.0%} {share.marker or 'nothing'!r}" for share in ending.shares[:4])
        reasons.append(Reason("end marker", "left open", f"answers differ ({said}); name it under [stop]"))
