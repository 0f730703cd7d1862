"""`ftui logs` without a screen: once, and until the runs are finished."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from tests.run_ftui import ROOT, Ran, ftui

CRITICAL = "{'loss': nan, 'grad_norm': nan, 'learning_rate': 1e-05, 'epoch': 3.0}\n" * 5
FIRST = "".join(
    f"{{'loss': {2 / n:.4f}, 'grad_norm': 1.0, 'learning_rate': 1e-05, 'epoch': {n / 10}}}\n"
    for n in range(1, 30)
)
END = "{'train_runtime': 12.0, 'train_samples_per_second': 3.0, 'train_loss': 1.0, 'epoch': 3.0}\n"


def lines(*steps: int, total: int = 99) -> str:
    return "".join(
        json.dumps({"current_steps": step, "total_steps": total, "loss": 2 / step, "epoch": step / 10}) + "\n"
        for step in steps
    )


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


def once(*words: str | Path) -> Ran:
    return ftui("logs", *words, "--once")


def test_the_json_is_that_of_the_interface() -> None:
    Path("trainer_log.jsonl").write_text(lines(*range(1, 30)))
    ran = once("trainer_log.jsonl", "--format", "json")
    assert set(ran.report) == {"schema", "runs"}
    (run,) = ran.report["runs"]
    assert set(run) == {"path", "format", "points", "best_eval", "last", "verdicts", "not_judged"}
    assert (run["path"], run["format"]) == ("trainer_log.jsonl", "llama-factory")
    assert run["points"] == {"train": 29, "eval": 0}
    assert run["best_eval"] is None
    assert run["last"] == {"step": 29, "epoch": 2.9, "train_loss": 2 / 29, "eval_loss": None}
    for verdict in run["verdicts"]:
        assert {"code", "severity", "since_step", "message", "evidence"} <= set(verdict)
        assert verdict["severity"] in ("critical", "warning", "info")
    assert all(set(each) == {"code", "reason"} for each in run["not_judged"])
    assert "no-validation" in {verdict["code"] for verdict in run["verdicts"]}
    assert ran.code == 0


def test_the_json_tells_the_best_evaluation() -> None:
    Path("table.csv").write_text(
        "step,epoch,loss,val_loss\n1,0.5,3,2.5\n2,1.0,2,2\n3,1.5,1,nan\n4,2.0,1,2.25\n"
    )
    ran = once("table.csv", "--format", "json")
    (run,) = ran.report["runs"]
    assert run["points"] == {"train": 4, "eval": 4}
    assert run["best_eval"] == {"step": 2, "epoch": 1, "loss": 2}
    assert run["last"] == {"step": 4, "epoch": 2, "train_loss": 1, "eval_loss": 2.25}


def test_the_codes_are_those_of_the_interface() -> None:
    from ftui.training.diagnosis.diagnose import HEALTHY, rules

    assert sorted([HEALTHY, *(rule.code for rule in rules())]) == [
        "batch-too-small", "diverging", "gradient-explosion", "healthy", "leaked-validation", "lr-too-high",
        "lr-too-low", "lr-zero", "memorising", "no-clipping", "no-early-stopping", "no-mixed-precision",
        "no-validation", "no-warmup", "non-finite", "overfitting", "plateau", "spike", "stalled", "summed-loss",
        "throughput-drop", "too-few-evaluations", "too-good", "too-many-epochs", "underfitting",
    ]  # fmt: skip


def test_a_critical_verdict_is_exit_code_1() -> None:
    Path("console.log").write_text(FIRST + CRITICAL)
    ran = once("console.log", "--format", "json")
    assert ran.code == 1
    (run,) = ran.report["runs"]
    assert run["verdicts"][0]["severity"] == "critical"
    assert run["last"]["train_loss"] is None
    assert once("console.log", "--ignore", "non-finite,diverging").code == 0
    ran = once("console.log", "--select", "non-finite")
    assert ran.code == 1
    assert re.findall(r"(critical|warning|info)  (\S+)", ran.out) == [("critical", "non-finite")]


def test_the_text_says_what_since_when_and_what_to_do() -> None:
    Path("console.log").write_text(FIRST + CRITICAL)
    out = once("console.log").out
    assert out.startswith("console.log  ")
    assert re.search(r"^  points 34 training points, 0 evaluations$", out, re.M)
    assert re.search(r"^  ✖ critical  non-finite  since step \d+", out, re.M)
    assert re.search(r"^      → ", out, re.M)
    assert re.search(r"^  not judged: ", out, re.M)
    assert max(map(len, out.splitlines())) <= 80
    assert "\x1b" not in out
    quiet = ftui("logs", "console.log", "--once", "--quiet").out
    assert "not judged" not in quiet
    assert "non-finite" in quiet


def test_what_is_not_judged_takes_few_lines() -> None:
    Path("trainer_log.jsonl").write_text(lines(*range(1, 30)))
    said = once("trainer_log.jsonl", "--ignore", "no-validation").out.splitlines()
    first = next(at for at, line in enumerate(said) if line.startswith("  not judged: "))
    assert len(said) - first <= 5
    assert "  ignored, though they speak: no-validation" in said


def test_a_verdict_that_is_misspelt_and_that_of_a_sound_run_are_explained() -> None:
    ran = ftui("explain", "overfit")
    assert ran.refused
    assert "did you mean overfitting?" in ran.err
    assert "no rule warns" in " ".join(ftui("explain", "healthy").out.split())


def test_guessed_columns_are_shown() -> None:
    Path("metrics.csv").write_text(
        "it,training loss,val\n" + "".join(f"{n},{3 / n},\n" for n in range(1, 20))
    )
    out = once("metrics.csv").out
    assert re.search(r"^  guess  .*step = it.*\[training\.columns\]", out, re.M)


def test_columns_that_nobody_knows_are_named_in_the_settings() -> None:
    Path("metrics.csv").write_text("n,objective\n" + "".join(f"{n},{3 / n}\n" for n in range(1, 20)))
    ran = once("metrics.csv")
    assert ran.refused
    assert "[training.columns]" in ran.err
    settings = '[project]\nname = "x"\n[training.columns]\nstep = "n"\ntrain_loss = "objective"\n'
    Path("ftui.toml").write_text(settings)
    ran = once("metrics.csv", "--format", "json")
    assert ran.report["runs"][0]["points"]["train"] == 19


def test_columns_that_are_set_for_one_log_leave_the_others_readable() -> None:
    Path("metrics.csv").write_text(
        "epoch,step,train_loss,val_loss\n" + "".join(f"0,{n},{3 / n},\n" for n in range(1, 20))
    )
    Path("own").mkdir()
    Path("own/c.csv").write_text("n;objective;eta\n" + "".join(f"{n};{3 / n};1\n" for n in range(1, 20)))
    settings = '[project]\nname = "x"\n[training.columns]\nstep = "n"\n'
    Path("ftui.toml").write_text(settings + 'train_loss = "objective"\nlr = "ETA"\n')
    ran = once(".", "--format", "json")
    assert [run["points"]["train"] for run in ran.report["runs"]] == [19, 19]
    assert (
        "c.csv: [training.columns] of ftui.toml names 'ETA' for lr; this file has n, objective, eta"
        in ran.err
    )
    assert "metrics.csv" not in ran.err
    Path("ftui.toml").write_text(settings + 'trian_loss = "objective"\n')
    ran = once(".")
    assert ran.refused
    assert "did you mean train_loss?" in ran.err


def test_a_log_without_loss_is_exit_code_2() -> None:
    Path("notes.txt").write_text("to do: train\n")
    for words in (["notes.txt"], ["notes.txt", "--format", "json"], ["missing.log"], ["."], []):
        ran = once(*words)
        assert ran.refused, words
        assert "no loss found" in ran.err


def test_one_of_several_without_loss_is_named_and_the_others_are_told() -> None:
    Path("notes.txt").write_text("to do: train\n")
    Path("trainer_log.jsonl").write_text(lines(*range(1, 30)))
    ran = once("notes.txt", "trainer_log.jsonl", "--format", "json")
    assert ran.code == 2
    assert [run["path"] for run in ran.report["runs"]] == ["trainer_log.jsonl"]
    assert "notes.txt: no loss found" in ran.err


def test_a_folder_is_searched_and_the_project_names_its_logs() -> None:
    for name in ("a", "b"):
        folder = Path("out") / name
        folder.mkdir(parents=True)
        (folder / "trainer_log.jsonl").write_text(lines(*range(1, 30)))
    Path("ftui.toml").write_text(
        '[project]\nname = "x"\n[training]\nlogs = "out"\nignore = ["no-validation"]\n'
    )
    for words in ([], ["out"], ["out/a", "out/b"]):
        ran = once(*words, "--format", "json")
        assert [Path(run["path"]).parts[-2:] for run in ran.report["runs"]] == [
            ("a", "trainer_log.jsonl"),
            ("b", "trainer_log.jsonl"),
        ]
        for run in ran.report["runs"]:
            assert "no-validation" not in {verdict["code"] for verdict in run["verdicts"]}
            assert "no-validation" in {each["code"] for each in run["not_judged"]}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--log-format", "llama-factry"], "did you mean llama-factory"),
        (["--ignore", "spik"], "did you mean spike"),
        (["--select", "x"], "no verdict is called x"),
        (["--stop-on", "spike"], "--stop-on belongs to --stop-file"),
        (["--stop-file", "stop", "--stop-on", "overfit"], "no verdict is called overfit"),
        (["--on-alert", "no-such-program-here"], "no program no-such-program-here"),
        (["--export", "x.xlsx"], "not a kind of file"),
        (["--stop-file", "."], "is a folder"),
        (["--format", "xml"], "xml"),
        (["--config", "nowhere.toml"], "nowhere.toml"),
    ],
)
def test_bad_usage_is_one_clear_line(words: list[str], said: str) -> None:
    Path("trainer_log.jsonl").write_text(lines(1, 2, 3))
    ran = once("trainer_log.jsonl", *words)
    assert ran.refused
    assert said in ran.err


def test_faults_in_the_settings_end_it_at_once() -> None:
    Path("trainer_log.jsonl").write_text(lines(1, 2, 3))
    for setting in (
        'ignore = ["spik"]',
        'stop_on = ["spik"]',
        'format = "x"',
        "thresholds.spike.nothing = 1",
    ):
        Path("ftui.toml").write_text(f'[project]\nname = "x"\n[training]\n{setting}\n')
        assert once("trainer_log.jsonl").refused, setting


def test_once_acts_too() -> None:
    Path("console.log").write_text(FIRST + CRITICAL)
    script = "import os; open('told', 'a').write(os.environ['FTUI_CODE'] + chr(10))"
    ran = once(
        "console.log",
        "--on-alert",
        f'{sys.executable} -c "{script}"',
        "--stop-file",
        "stop",
        "--export",
        "m.csv",
    )
    assert ran.code == 1
    assert "non-finite" in Path("told").read_text().split()
    assert json.loads(Path("stop").read_text())["severity"] == "critical"
    assert len(Path("m.csv").read_text().splitlines()) > 34


def test_hostile_names_and_logs_do_not_reach_the_terminal() -> None:
    evil = "\x1b]0;owned\x07\u202e"
    log = Path(f"run{evil}.log")
    log.write_text(FIRST + f"{evil}\n")
    table = Path("metrics.csv")
    table.write_text(f"step,loss,{evil}\n" + "".join(f"{n},{3 / n},1\n" for n in range(1, 20)))
    for words in ([log, table], [log, table, "--ignore", "spike"]):
        ran = once(*words)
        assert ran.code == 0
        odd = {c for c in ran.out + ran.err if unicodedata.category(c) in ("Cc", "Cf", "Cs")} - {"\n"}
        assert not odd


def test_a_pipe_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("log").write_text(lines(*range(1, 30)))
    with Path("log").open() as piped:
        monkeypatch.setattr(sys, "stdin", piped)
        ran = once("-", "--format", "json")
    assert [run["path"] for run in ran.report["runs"]] == ["-"]
    assert ran.report["runs"][0]["points"]["train"] == 29
    with Path(os.devnull).open() as piped:
        monkeypatch.setattr(sys, "stdin", piped)
        ran = once("-")
    assert ran.refused
    assert "standard input" in ran.err


# Until the runs are finished


def test_without_a_terminal_alerts_are_lines_until_the_run_is_finished(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path("console.log").write_text(FIRST + CRITICAL + END)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    ran = ftui("logs", "console.log", "--format", "json")
    assert ran.code == 1
    told = [json.loads(line) for line in ran.out.splitlines()]
    assert "non-finite" in [each["code"] for each in told]
    assert len(told) == len({each["code"] for each in told})
    ran = ftui("logs", "console.log")
    assert re.search(r"^\d\d:\d\d:\d\d  console.log  critical non-finite since step \d+: ", ran.out, re.M)
    assert "console.log: watched" in ran.err


def test_a_log_that_appears_later_is_watched_until_ctrl_c() -> None:
    words = [sys.executable, "-m", "ftui", "logs", "later.log", "--stop-file", "stop"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        assert "it is waited for" in process.stderr.readline()
        Path("later.log").write_text(FIRST + CRITICAL)
        assert "later.log" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1, err
    assert json.loads(Path("stop").read_text())["severity"] == "critical"
    assert "Traceback" not in err


def test_a_log_on_a_pipe_ends_with_its_writer() -> None:
    words = [sys.executable, "-m", "ftui", "logs", "-", "--format", "json"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        words,
        input=FIRST + CRITICAL,
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert any(json.loads(line)["code"] == "non-finite" for line in done.stdout.splitlines())


def test_neither_textual_nor_polars_is_loaded() -> None:
    Path("trainer_log.jsonl").write_text(lines(*range(1, 30)))
    code = (
        "import sys; from ftui.cli import main; main(['logs', 'trainer_log.jsonl', '--once']);"
        "print({'textual', 'polars'} & set(sys.modules))"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=60, check=True
    )
    assert done.stdout.splitlines()[-1] == "set()"
