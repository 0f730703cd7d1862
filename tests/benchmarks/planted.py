"""The planted set: faults and near misses as people wrote them, dealt into layouts over clean rows.

A plant is a line of `plants/CODE.jsonl`:

    {"fault": true, "hard": false, "row": {"prompt": "…", "answer": "…"}, "why": "…"}

`row` holds what the plant needs of: system, prompt, answer; `turns` (a list of {"role", "content"}) for several turns;
`label` with a prompt (classification); `chosen` and `rejected` with a prompt (preference; texts, or lists of turns);
`meta` (further columns); or `raw`, the line as it stands in a file of the layout `layout` (messages when not said).
Plants with the same `group` go into one file together, and count once: a set rule finds a group if it flags any of its
rows. `split` puts a row of a group into another split than train. `verbatim`: the answer gets no end marker.
A file `plants/CODE.toml` holds settings that the rule needs, as the lines of an ftui.toml.

Odd plants belong to the half that the rules were tuned on, even ones to the half that is published.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent / "plants"
SAMPLES = Path(__file__).parents[2] / "samples"
MARKER = "### End"
PAIR_LAYOUTS = ("alpaca", "messages", "sharegpt", "prompt-completion")
CHAT_LAYOUTS = ("messages", "sharegpt")
MARKED = ("alpaca", "messages")
"""Layouts in which answers end with the marker."""


class Plant(NamedTuple):
    """One fault or near miss: a row, or the rows of a group."""

    code: str
    number: int
    fault: bool
    hard: bool
    rows: tuple[dict[str, Any], ...]
    splits: tuple[str, ...]
    verbatim: bool
    why: str

    @property
    def published(self) -> bool:
        """Whether it belongs to the half that no rule was tuned on."""
        return self.number % 2 == 0


@dataclass(frozen=True)
class PlantedFile:
    """What is written as one split of one layout, and which plant each line is (None: a clean row)."""

    split: str
    lines: list[str]
    plants: list[Plant | None]


def codes() -> list[str]:
    """Every rule that has plants."""
    return sorted(path.stem for path in HERE.glob("*.jsonl"))


def settings(code: str) -> str:
    """What the rule needs to be told, as the lines of an ftui.toml."""
    path = HERE / f"{code}.toml"
    return path.read_text() if path.exists() else ""


def plants(code: str) -> list[Plant]:
    """The plants of a rule, in file order; rows of a group come together."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for number, line in enumerate((HERE / f"{code}.jsonl").read_text().split("\n")):
        if line.strip():
            said = json.loads(line)
            groups.setdefault(str(said.get("group", f"row {number}")), []).append(said)
    found = []
    seen = {True: 0, False: 0}
    for members in groups.values():
        first = members[0]
        fault = bool(first["fault"])
        found.append(
            Plant(
                code,
                seen[fault],
                fault,
                bool(first.get("hard")),
                tuple(each["row"] for each in members),
                tuple(each.get("split", "train") for each in members),
                bool(first.get("verbatim")),
                first.get("why", ""),
            )
        )
        seen[fault] += 1
    return found


@cache
def clean_rows() -> tuple[dict[str, Any], ...]:
    """The rows of the samples in which no fault was planted, as prompt, answer and system, without end markers."""
    planted = {(each["file"], each["row"]) for each in json.loads((SAMPLES / "planted.json").read_text())}
    found = []
    for name in ("train.jsonl", "validation.jsonl", "test.jsonl"):
        for number, line in enumerate((SAMPLES / name).read_bytes().split(b"\n")):
            if line and (name, number) not in planted:
                turns = json.loads(line)["messages"]
                if [turn["role"] for turn in turns[-2:]] == ["user", "assistant"] and len(turns) <= 3:
                    answer = turns[-1]["content"].removesuffix(MARKER).rstrip()
                    system = {"system": turns[0]["content"]} if len(turns) == 3 else {}
                    found.append({"prompt": turns[-2]["content"], "answer": answer, **system})
    return tuple(found)


def files(code: str, published: bool) -> Iterator[tuple[str, list[PlantedFile]]]:
    """Each layout with its files: the half's plants dealt out over the layouts that can hold them."""
    dealt: dict[str, list[Plant]] = {}
    for plant in plants(code):
        if plant.published == published:
            fitting = _fitting(plant)
            dealt.setdefault(fitting[plant.number // 2 % len(fitting)], []).append(plant)
    for layout, mine in dealt.items():
        yield layout, _files(layout, mine)


def _fitting(plant: Plant) -> tuple[str, ...]:
    kinds = {_kind(row) for row in plant.rows}
    if len(kinds) > 1:
        raise ValueError(f"{plant.code}: the rows of a group need one shape: {plant.rows}")
    kind = kinds.pop()
    if kind == "raw":
        return (str(plant.rows[0].get("layout", "messages")),)
    return {"pair": PAIR_LAYOUTS, "turns": CHAT_LAYOUTS}.get(kind, (kind,))


def _kind(row: dict[str, Any]) -> str:
    if "raw" in row:
        return "raw"
    if "chosen" in row or "rejected" in row:
        return "preference"
    if "label" in row:
        return "classification"
    return "turns" if "turns" in row else "pair"


def _files(layout: str, mine: Sequence[Plant]) -> list[PlantedFile]:
    """Clean rows with the plants spread between them, a file a split."""
    made: dict[str, PlantedFile] = {"train": PlantedFile("train", [], [])}
    clean = [] if layout in ("preference", "classification") else clean_rows()
    for row in clean:
        made["train"].lines.append(_line(layout, row, marked=layout in MARKED))
        made["train"].plants.append(None)
    step = max(len(clean) // max(len(mine), 1), 1)
    for place, plant in enumerate(mine):
        for row, split in zip(plant.rows, plant.splits, strict=True):
            into = made.setdefault(split, PlantedFile(split, [], []))
            at = min(place * (step + 1), len(into.lines))
            into.lines.insert(at, _line(layout, row, marked=layout in MARKED and not plant.verbatim))
            into.plants.insert(at, plant)
    return list(made.values())


def _line(layout: str, row: dict[str, Any], marked: bool) -> str:
    if "raw" in row:
        return str(row["raw"])
    held = {**_body(layout, row, f"\n{MARKER}" if marked else ""), **row.get("meta", {})}
    return json.dumps(held, ensure_ascii=False)


def _body(layout: str, row: dict[str, Any], end: str) -> dict[str, Any]:
    if layout == "classification":
        return {"text": row["prompt"], "label": row["label"]}
    if layout == "preference":
        return {name: row[name] for name in ("prompt", "chosen", "rejected") if name in row}
    answer = row["answer"] + end if row.get("answer") else row.get("answer", "")
    if layout == "alpaca":
        system = {"system": row["system"]} if "system" in row else {}
        return {**system, "instruction": row.get("prompt", ""), "input": "", "output": answer}
    if layout == "prompt-completion":
        system = f"{row['system']}\n\n" if "system" in row else ""
        return {"prompt": system + row.get("prompt", ""), "completion": answer}
    turns = row.get("turns") or [
        *([{"role": "system", "content": row["system"]}] if "system" in row else []),
        {"role": "user", "content": row.get("prompt", "")},
        {"role": "assistant", "content": row.get("answer", "")},
    ]
    turns = [
        {**turn, "content": turn["content"] + end}
        if turn["role"] == "assistant" and turn["content"]
        else turn
        for turn in turns
    ]
    if layout == "messages":
        return {"messages": turns}
    names = {"system": "system", "user": "human", "assistant": "gpt", "tool": "observation"}
    return {"conversations": [{"from": names[t["role"]], "value": t["content"]} for t in turns]}
