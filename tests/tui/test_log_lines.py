"""The lines of a log as the screen keeps them: kinds, collapsed bars, bounds, and the line of a step."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.tui.training.log_lines import LONGEST, MOST_CHARACTERS, LogLines, cleaned, kind_of
from ftui.tui.training.log_step import line_of
from ftui.tui.training.run_labels import labels


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("{'loss': 1.3736, 'grad_norm': 3.41, 'epoch': 1.0}", "loss"),
        ("{'loss': '1.374', 'learning_rate': '0.0001', 'epoch': '1'}", "loss"),
        ("{'eval_loss': 1.21, 'eval_runtime': 2.0}", "eval"),
        ("step 250: train loss 1.9, val loss 2.0", "eval"),
        ("s:250 tel:3.2000", "eval"),
        ("iter 250: loss 1.9123, time 100.00ms, mfu 3.00%", "loss"),
        ("{'loss': nan, 'grad_norm': nan}", "error"),
        ("torch.cuda.OutOfMemoryError: CUDA out of memory.", "error"),
        ("Traceback (most recent call last):", "error"),
        ("ERROR: disk quota exceeded", "error"),
        ("evaluated with 0 errors", ""),
        ("FutureWarning: use_reentrant is deprecated", "warning"),
        (" 8%|▊         | 4/48 [00:00<00:00, 132.45it/s]", "progress"),
        ("loading the model", ""),
        ("mean squared error: 0.25", ""),
        ("analysing the banana", ""),
        ("panic: runtime error: index out of range", "error"),
        ("fatal: no such device", "error"),
        ("CRITICAL the disk is full", "error"),
        ("Killed", "error"),
        ("Aborted (core dumped)", "error"),
        ("segmentation fault", "error"),
        ("worker 3: OOM", "error"),
        ("raise StopException", "error"),
        ("loss -nan", "error"),
        ("Deprecated: use the other one", "warning"),
        ("val/loss 1.2", "eval"),
        ("s:251 trl:3.3000 lr:0.000600", "loss"),
    ],
)
def test_what_a_line_is_about(text: str, kind: str) -> None:
    assert kind_of(text) == kind


def test_a_progress_bar_is_one_line_and_others_keep_theirs() -> None:
    log = LogLines()
    bars = [f" {n}%|█    | {n}/100 [00:0{n}<00:10, 9.0it/s]" for n in range(1, 5)]
    log.add("a", cleaned(["begin", *bars]))
    log.add(
        "a",
        cleaned(
            [
                " 5%|█    | 5/100 [00:05<00:10, 9.0it/s]",
                "{'loss': 1.0}",
                " 6%|█ | 6/100 [00:06<00:10, 9.0it/s]",
            ]
        ),
    )
    assert [each.text.strip()[:5] for each in log.lines] == [
        "begin",
        "5%|█ ",
        "{'los",
        "6%|█ ",
    ]
    assert [each.number for each in log.lines] == [0, 1, 2, 3]


def test_what_is_kept_is_bounded_and_numbered_on() -> None:
    log = LogLines(most=100)
    log.add("a", cleaned([f"line {n}" for n in range(1_000)]))
    log.add("a", cleaned(["last"]))
    assert len(log) == 100
    assert log.came == 1_001
    assert log[0].number == log.first == 901
    assert log[0].text == "line 901"
    many = LogLines()
    many.add("a", cleaned(["x" * (LONGEST * 2)] * 6_000))
    assert len(many) * LONGEST <= MOST_CHARACTERS


def test_escapes_that_colour_are_taken_out() -> None:
    log = LogLines()
    log.add("a", cleaned(["\x1b[32mgreen\x1b[0m \x1b[A", "\x1b[K"]))
    assert [each.text for each in log.lines] == ["green"]


@given(st.lists(st.lists(st.text(max_size=30), max_size=20), max_size=8))
def test_numbers_are_in_order_and_no_line_is_torn(parts: list[list[str]]) -> None:
    log = LogLines(most=25)
    for part in parts:
        log.add("a", cleaned(part))
    numbers = [each.number for each in log.lines]
    assert numbers == list(range(log.first, log.came))
    assert len(log) <= 25


# The line of a step


def found(lines: list[str], step: float, epoch: float | None = None, *values: float) -> str | None:
    log = LogLines()
    log.add("a", cleaned(lines))
    line = line_of(log.lines, step, epoch, values)
    return line.text if line is not None else None


@pytest.mark.parametrize(
    ("line", "others"),
    [
        ("step 250: train loss 1.9, val loss 2.0", ["step 2500: x", "step 25: x"]),
        ("iter 250: loss 1.9123, time 100.00ms", ["iter 1250: loss 1.9"]),
        (
            '{"current_steps": 250, "total_steps": 2500, "loss": 1.2}',
            ['{"current_steps": 25, "loss": 1.250}'],
        ),
        ("s:250 trl:3.3000 lr:0.000600 norm:1.20", ["s:2500 trl:3.2"]),
        ("Step 250 | loss:1.23 lr:0.0003", ["Step 251 | loss:1.250"]),
        ("[metric][batch=250]: loss/train/total: 2.3021", ["[metric][batch=25]: loss 2"]),
    ],
)
def test_the_line_that_names_the_step(line: str, others: list[str]) -> None:
    assert found([*others, line, *others], 250) == line


def test_without_a_step_in_the_line_its_values_and_its_epoch_tell() -> None:
    lines = [f"{{'loss': {1.5 - n / 10:.4f}, 'epoch': {n / 2}}}" for n in range(8)]
    assert found(lines, 30, 1.5, 1.2) == lines[3]
    twice = ["{'loss': 1.2, 'epoch': 1.0}", "{'loss': 1.2, 'epoch': 1.5}"]
    assert found(twice, 30, 1.5, 1.2) == twice[1]


def test_else_the_bar_or_nothing() -> None:
    assert found(["a", "30/100 done"], 30) == "30/100 done"
    assert found(["a", "b"], 30) is None


# Labels


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (["logs/a/trainer_state.json", "logs/b/trainer_state.json"], ["a", "b"]),
        (["one.log"], ["one.log"]),
        (["x/one.log", "x/two.log"], ["one", "two"]),
        (["a", "a/b"], ["a", "b"]),
        (["/w/r/1/m.csv", "/w/r/1/2/m.csv"], ["/w/r/1/m.csv", "2"]),
    ],
)
def test_labels_tell_runs_apart(names: list[str], short: list[str]) -> None:
    assert list(labels(names).values()) == short


@given(st.lists(st.text("ab/", min_size=1, max_size=8), min_size=1, max_size=5, unique=True))
def test_no_two_labels_are_the_same(names: list[str]) -> None:
    made = labels(names)
    assert list(made) == names
    assert len(set(made.values())) == len(names)


def test_a_run_from_elsewhere_makes_no_label_a_whole_path() -> None:
    names = ["runs/small/train.log", "/srv/experiments/of-last-summer/large/train.log"]
    assert labels(names) == dict(zip(names, ("small", "large"), strict=True))
    assert labels(["a/one.jsonl", "a/two.jsonl"]) == {"a/one.jsonl": "one", "a/two.jsonl": "two"}
    assert labels(["/x/a", "y/b"]) == {"/x/a": "/x/a", "y/b": "y/b"}, "no double slash"
