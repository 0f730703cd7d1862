"""The tour of the README with real keys in a real terminal, and $EDITOR, which needs one."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tui.tmux import ROOT, Tmux, ftui, missing
from tests.tui.working_desk import answers, samples

pytestmark = pytest.mark.skipif(missing, reason="tmux is not installed: no real terminal to try the tour in")


def rows(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines()


def findings(folder: Path) -> int:
    """How many findings `ftui check` reports."""
    command = [sys.executable, "-m", "ftui", "check", "--format", "json"]
    done = subprocess.run(
        command,
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "HOME": str(folder)},
        capture_output=True,
        check=False,
    )
    return len(json.loads(done.stdout)["findings"])


def count_of(screen: str, code: str) -> int:
    """The number beside a rule in the findings; 0 when it is not there."""
    found = re.search(rf"{code} [▸▾] .*? (\d+)\s*$", screen, re.MULTILINE)
    return int(found[1]) if found else 0


def listed(screen: str) -> list[str]:
    """The rules in the findings."""
    return re.findall(r"│ . ([A-Z]{3}\d{3}) ", screen)


def position(screen: str) -> int:
    """The row under the cursor, by the status bar; 0 where there is none, as in the middle of a paint."""
    found = re.search(r"^ +([\d,]+) / [\d,]+ ", screen, re.MULTILINE)
    return int(found[1]) if found else 0


def test_the_tour_of_the_readme(tmp_path: Path) -> None:
    files, _ = samples(tmp_path)
    folder = files[0].parent
    train = files[0]
    before, reported = rows(train), findings(folder)
    with ftui(folder) as window:
        look_around(window)
        walk_the_findings(window)
        mend_one_row(window)
        mend_a_rule(window)
        narrow_down(window)
        decide(window)
        window.keys("C-s")
        window.until("Saved train.jsonl")
        window.until(lambda screen: "unsaved" not in screen, "the mark to go")
        window.keys("q")
        window.until("ended with 0")
    after = rows(train)
    assert len(after) == len(before)
    changed = [number for number, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    assert 5 < len(changed) < 20
    assert any(b"Mended by hand." in after[number] for number in changed)
    assert findings(folder) < reported


def look_around(window: Tmux) -> None:
    window.until(("STP001", "train 400"))
    window.keys("j", "j")
    window.until(lambda screen: position(screen) == 3, "the third row")
    window.keys("G")
    window.until(lambda screen: position(screen) == 400, "the last row")
    window.keys("g", ".")
    window.until("validation.jsonl")
    window.keys(",", "?")
    window.until("type to narrow")
    window.keys("Escape")


def walk_the_findings(window: Tmux) -> None:
    window.until(lambda screen: "train.jsonl" in screen and "type to narrow" not in screen, "the desk")
    window.keys("]")
    first = position(window.until(lambda screen: position(screen) > 1, "the first finding"))
    window.keys("]")
    window.until(lambda screen: position(screen) > first, "the next finding")
    window.keys("x")
    window.until("why it hurts")
    window.keys("Escape")
    window.until(lambda screen: "why it hurts" not in screen, "the desk")
    window.keys("[")
    window.until(lambda screen: position(screen) == first, "the finding before")


def mend_one_row(window: Tmux) -> None:
    window.keys("]", "]", "j", "e")
    window.until("^S keep")
    window.keys("C-Home")
    window.type("Mended by hand. ")
    window.until("● changed")
    window.keys("C-s")
    window.until("● 1 unsaved")
    window.until("Mended by hand.")
    window.until(lambda screen: "^S keep" not in screen, "the editor to go")


def mend_a_rule(window: Tmux) -> None:
    before = count_of(window.screen(), "STP001")
    assert before > 5
    window.keys("Tab", "Tab")
    screen = window.until(lambda screen: "⏎ go to" in screen and "STP001" in listed(screen), "the findings")
    codes = listed(screen)
    window.keys("Home", *["Down"] * codes.index("STP001"), "Enter")
    window.until("▾ missing-end-marker")
    window.keys("f")
    window.until(("fix all rows of this view", "### End+}"))
    window.keys("a")
    window.until(lambda screen: 0 < count_of(screen, "STP001") < before - 5, "fewer findings")
    window.keys("u")
    window.until(lambda screen: count_of(screen, "STP001") == before, "the findings again")
    window.keys("C-r")
    window.until(lambda screen: 0 < count_of(screen, "STP001") < before - 5, "fewer findings")
    window.until("● 2 unsaved")


def narrow_down(window: Tmux) -> None:
    window.keys("Escape")
    window.until(lambda screen: "⏎ go to" not in screen, "the table")
    window.keys("/")
    window.until("search all rows")
    window.type("restore")
    window.until(lambda screen: re.search(r"\d+ rows", screen), "rows")
    window.keys("Enter")
    window.until("/restore")
    window.keys("BSpace")
    window.until(lambda screen: "/restore" not in screen and "/ 400" in screen, "all rows")


def decide(window: Tmux) -> None:
    window.keys("g", "]")
    window.until(lambda screen: position(screen) > 1, "a finding")
    window.keys("a")
    window.until("Accept ")
    window.type("as it should be")
    window.keys("Enter")
    window.until("accepted: as it should be")
    window.keys("m")
    window.until("reviewed")


EDITOR = """#!/bin/sh
printf ' And more.' >> "$1"
"""


def test_the_field_in_the_editor_of_the_person(tmp_path: Path) -> None:
    path = answers(tmp_path / "train.jsonl", [f"It is the word number {n}." for n in range(5)])
    editor = tmp_path / "my editor"
    editor.write_text(EDITOR)
    editor.chmod(0o755)
    with ftui(tmp_path, str(path), EDITOR=f"'{editor}'", VISUAL="") as window:
        window.until("It is the word number 0.")
        window.keys("o")
        window.until("It is the word number 0. And more.")
        window.until("● 1 unsaved")
        window.keys("Down", "e")
        window.until("^O $EDITOR")
        window.keys("C-o")
        window.until(("It is the word number 1. And more.", "● changed", "● 1 unsaved"))
        window.keys("C-s")
        window.until("● 2 unsaved")
        window.keys("C-s")
        window.until("Saved train.jsonl")
        window.keys("q")
        window.until("ended with 0")
    outputs = [json.loads(line)["output"] for line in rows(path)]
    assert outputs[:2] == [f"It is the word number {n}. And more." for n in range(2)]
    assert outputs[2:] == [f"It is the word number {n}." for n in range(2, 5)]


def test_an_editor_that_fails_or_is_missing_leaves_the_text(tmp_path: Path) -> None:
    path = answers(tmp_path / "train.jsonl", ["It is the word."])
    for editor, words in (("false", "ended with code 1"), ("no-such-editor", "was not found")):
        with ftui(tmp_path, str(path), EDITOR=editor, VISUAL="") as window:
            window.until("It is the word.")
            window.keys("o")
            window.until(words)
            window.keys("q")
            window.until("ended with 0")
    assert json.loads(path.read_bytes())["output"] == "It is the word."


@pytest.mark.parametrize(("setting", "flag"), [("true", "1"), ("false", "0")])
def test_the_mouse_can_be_left_to_the_terminal(tmp_path: Path, setting: str, flag: str) -> None:
    path = answers(tmp_path / "train.jsonl", ["It is the word."])
    (tmp_path / "config" / "ftui").mkdir(parents=True)
    (tmp_path / "config" / "ftui" / "config.toml").write_text(f"[app]\nmouse = {setting}\n")
    with ftui(tmp_path, str(path)) as window:
        window.until("It is the word.")
        assert window.command("display-message", "-p", "#{mouse_any_flag}").strip() == flag
        window.keys("q")
        window.until("ended with 0")


def test_keys_typed_ahead_and_a_small_terminal(tmp_path: Path) -> None:
    """Keys that arrive before the first paint do no harm; 20 columns are no reason to fall over."""
    path = answers(tmp_path / "train.jsonl", ["It is the word."] * 3)
    with ftui(tmp_path, str(path), size=(20, 6)) as window:
        window.keys("j", "d", "m", "e")
        window.until("edit output")
        window.keys("Escape")
        window.until(lambda screen: "edit output" not in screen, "the table")
        window.keys("q")
        window.until("Not saved")
        window.keys("l")
        window.until("ended with 0")
