"""Command lines: which command they mean, what they cost, and what a mistake says."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ftui import __version__
from ftui.cli.command_line import COMMANDS, NAMED, parser, split_command
from ftui.project.errors import FtuiError

ROOT = Path(__file__).resolve().parents[2]


def ftui(*words: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a person does, without a terminal."""
    known = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS")}
    return subprocess.run(
        [sys.executable, "-m", "ftui", *words],
        cwd=cwd or ROOT,
        env=known | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "name", "rest"),
    [
        ([], "open", []),
        (["check", "a.jsonl"], "check", ["a.jsonl"]),
        (["--format", "json", "check", "a.jsonl"], "check", ["--format", "json", "a.jsonl"]),
        (["--debug", "check"], "check", ["--debug"]),
        (["--select=STP", "fix"], "fix", ["--select=STP"]),
        (["./check"], "open", ["./check"]),
        (["data/train.jsonl:12"], "open", ["data/train.jsonl:12"]),
        (["--", "check"], "open", ["--", "check"]),
        (["check", "--", "-odd.jsonl"], "check", ["--", "-odd.jsonl"]),
    ],
)
def test_options_may_stand_on_both_sides_of_a_command(words: list[str], name: str, rest: list[str]) -> None:
    assert split_command(words) == (name, rest)


def test_a_mistyped_command_names_the_nearest() -> None:
    with pytest.raises(FtuiError) as caught:
        split_command(["chekc"])
    assert "chekc" in caught.value.message
    assert "ftui check" in caught.value.hint


def test_a_file_that_is_there_needs_no_suffix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "rows").write_text("{}")
    monkeypatch.chdir(tmp_path)
    assert split_command(["rows"]) == ("open", ["rows"])
    assert split_command(["rows:3"]) == ("open", ["rows:3"])


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_the_common_options(name: str) -> None:
    made = parser(name)
    for option in ("--no-color", "--quiet", "--debug", "--version", "--help"):
        assert option in made._option_string_actions


def test_a_mistyped_option_names_the_nearest() -> None:
    done = ftui("check", "--frmat", "json")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "--frmat" in done.stderr
    assert "did you mean --format?" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [["--version"], ["check", "--version"], ["--debug", "--version"]])
def test_version_is_one_line(words: list[str]) -> None:
    done = ftui(*words)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"ftui {__version__}\n", "")


def test_version_imports_next_to_nothing() -> None:
    code = "import sys; from ftui.cli import main; main(['--version']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    modules = done.stdout.split()
    ours = {name for name in modules if name.startswith("ftui.")}
    assert ours == {"ftui.cli"}
    assert not {"argparse", "polars", "numpy", "textual", "rich", "orjson"} & set(modules)


def test_help_names_every_command() -> None:
    done = ftui("--help")
    assert done.returncode == 0
    for name in NAMED:
        assert f"\n  {name} " in done.stdout


def test_the_app_needs_a_terminal() -> None:
    done = ftui("samples/train.jsonl")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "terminal" in done.stderr
    assert "ftui check" in done.stderr


def test_a_reader_that_goes_away_ends_the_program_quietly() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "ftui", "completion", "bash"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()
        code = process.wait(60)
    assert (code, errors) == (141, b"")


@pytest.mark.parametrize(
    ("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_unwinds_the_program_without_a_trace(
    tmp_path: Path, sent: signal.Signals, code: int
) -> None:
    script = tmp_path / "wait.py"
    script.write_text(
        "import time, sys\nfrom ftui.cli import command_line, rules\n"
        "def slow(options, output):\n    try:\n        print('ready', flush=True)\n        time.sleep(600)\n"
        "    finally:\n        print('unwound', flush=True)\n"
        "rules.run = slow\nsys.exit(command_line.run(['rules']))\n"
    )
    process = subprocess.Popen(
        [sys.executable, str(script)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with contextlib.ExitStack() as stack:
        assert process.stdout is not None
        assert process.stderr is not None
        stack.enter_context(process.stdout)
        stack.enter_context(process.stderr)
        stack.callback(process.kill)  # one that outlives a failure would be taken for a worker of later tests
        assert process.stdout.readline() == "ready\n"
        process.send_signal(sent)
        assert process.wait(60) == code
        assert process.stdout.read() == "unwound\n"
        assert process.stderr.read() == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_offers_commands_options_and_their_values(shell: str) -> None:
    script = ftui("completion", shell).stdout
    for word in (*NAMED, "sarif", "max-per-rule"):
        assert word in script


def test_bash_understands_its_completion_script() -> None:
    bash = "/bin/bash"
    if not Path(bash).exists():
        pytest.skip("no bash on this machine")
    script = ftui("completion", "bash").stdout
    ask = (
        f"{script}\nCOMP_WORDS=(ftui check --format sa); COMP_CWORD=3; _ftui; echo ${{COMPREPLY[@]}}\n"
        "COMP_WORDS=(ftui expl); COMP_CWORD=1; _ftui; echo ${COMPREPLY[@]}\n"
    )
    done = subprocess.run([bash, "-c", ask], capture_output=True, text=True, cwd="/", check=True)
    assert done.stdout.split() == ["sarif", "explain"]
