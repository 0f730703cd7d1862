"""`ftui guide`: the labelling guide, and what a person wrote in it."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from ftui.dataset.dataset import Dataset
from ftui.project.settings import Project
from ftui.rules import engine
from ftui.rules.labels.labelled_rows import CODES, guide
from tests.rules.checked_files import ask, sort
from tests.run_ftui import Ran, ftui

ROWS = [
    *(sort(f"My card number {n} was stolen in town", "card_stolen") for n in range(12)),
    *(sort(f"I lost my card somewhere in street {n}", "card_lost") for n in range(12)),
    sort("Somebody has it now, not me", "card_lost"),
    sort("Somebody has it now, not me", "card_stolen"),
    sort("I lost my <card> *again*", "Card_Lost "),
    {"text": "Who has it?", "label": "card_lost", "annotator_1": "card_lost", "annotator_2": "card_stolen"},
]


def made(folder: Path, rows: list[Any]) -> tuple[Ran, str]:
    path, target = folder / "train.jsonl", folder / "guide.md"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    ran = ftui("guide", path, "--output", target)
    return ran, target.read_text() if target.exists() else ""


def test_every_class_and_every_confused_pair(tmp_path: Path) -> None:
    ran, text = made(tmp_path, ROWS)
    assert ran.code == 0
    assert "2 classes, 1 confused pair" in ran.out
    assert text.index("### card_lost") < text.index("### card_stolen") < text.index("## Confused pairs")
    assert "### card_lost / card_stolen" in text[text.index("## Confused pairs") :]
    assert "Also spelt: “Card_Lost ”" in text
    assert "Somebody has it now, not me (labelled card_lost here" in text
    assert "train.jsonl:25" in text


def test_what_a_person_wrote_stays_and_the_rest_is_renewed(tmp_path: Path) -> None:
    _, text = made(tmp_path, ROWS)
    mine = text.replace(
        "What belongs here, and what does not:\n", "Cards that are gone, by whatever way.\n", 1
    )
    mine = mine.replace("# Labelling guide", "# How we label")
    (tmp_path / "guide.md").write_text(mine)
    more = [*ROWS, *(sort(f"The rate of {n} euros is wrong", "exchange_rate") for n in range(3))]
    _, renewed = made(tmp_path, more)
    assert renewed.startswith("# How we label")
    assert "Cards that are gone, by whatever way." in renewed
    assert renewed.index("### exchange_rate") < renewed.index("## Confused pairs")
    assert f"{len(more)} labelled rows, 3 classes" in renewed
    assert made(tmp_path, more)[1] == renewed


def test_a_class_that_is_gone_keeps_what_was_written_about_it(tmp_path: Path) -> None:
    made(tmp_path, ROWS)
    _, text = made(tmp_path, [row for row in ROWS if row["label"] != "card_stolen"])
    part = text[text.index("### card_stolen") :]
    assert "Not in the data any more." in part[:200]
    assert "What belongs here" in part


def test_no_label_and_a_file_that_is_something_else(tmp_path: Path) -> None:
    ran, text = made(tmp_path, [ask("Who?", "Nobody that I know of.")])
    assert (ran.code, ran.refused, text) == (2, True, "")
    (tmp_path / "guide.md").write_text("# My own notes\n")
    ran, text = made(tmp_path, ROWS)
    assert (ran.code, text) == (2, "# My own notes\n")


def test_typical_rows_are_like_the_others_of_their_class(tmp_path: Path, shared_data: Path) -> None:
    with (shared_data / "banking77" / "train.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["category"] in ("card_arrival", "exchange_rate")]
    path = tmp_path / "train.jsonl"
    odd = [sort("zyzzyva qwertz", "exchange_rate"), sort("hm", "card_arrival")]
    texts = [sort(row["text"], row["category"]) for row in rows]
    path.write_text("".join(json.dumps(row) + "\n" for row in [*odd, *texts]))
    project = Project(tmp_path)
    check = engine.check(Dataset.open([path], project), project, select=CODES, jobs=1)
    found = guide(check)
    assert [each.name for each in found.classes] == ["card_arrival", "exchange_rate"]
    assert all("card" in row.text.lower() for row in found.classes[0].typical)
    assert all(
        "exchange" in row.text.lower() or "rate" in row.text.lower() for row in found.classes[1].typical
    )
