"""Alerts once each; the command that they run; the file that stops a trainer; faults of all three."""

from __future__ import annotations

import json
import os
import shlex
import signal
import stat
import sys
import threading
from pathlib import Path

import pytest

from ftui.project.errors import FtuiError
from ftui.training.alerting.alert_command import AlertCommand, environment
from ftui.training.alerting.alerts import Alert, Alerts
from ftui.training.alerting.hand_over import HandOver
from ftui.training.alerting.stop_file import StopFileWriter
from ftui.training.diagnosis.verdict import Diagnosis, Level, Verdict
from ftui.training.following.watch import News, Watch


def verdict(code: str = "overfitting", severity: Level = "critical", message: str = "it rises") -> Verdict:
    return Verdict(code, severity, message, 100.0, advice="stop", evidence={"best": float("nan"), "step": 3})


def alert(message: str = "it rises", code: str = "overfitting", severity: Level = "critical") -> Alert:
    return Alert("run a", Path("runs/a.log"), verdict(code, severity, message), 1000.5, 120.0)


def said(*verdicts: Verdict) -> Diagnosis:
    return Diagnosis(verdicts, ())


def codes(alerts: list[Alert]) -> list[str]:
    return [each.verdict.code for each in alerts]


PATH = Path("a.log")


def test_a_verdict_alerts_once_and_again_when_it_grows() -> None:
    alerts = Alerts(lambda: 0.0)
    mild, grave = verdict(severity="warning"), verdict(severity="critical")
    assert codes(alerts.of("a", PATH, said(mild))) == ["overfitting"]
    assert alerts.of("a", PATH, said(mild)) == []
    assert codes(alerts.of("b", PATH, said(mild))) == ["overfitting"]
    assert codes(alerts.of("a", PATH, said(grave))) == ["overfitting"]
    assert alerts.of("a", PATH, said()) == []
    assert alerts.of("a", PATH, said(mild)) == []
    assert alerts.of("a", PATH, said(grave)) == []


def test_a_run_that_trains_anew_is_told_of_anew() -> None:
    alerts = Alerts(lambda: 0.0)
    assert alerts.of("a", PATH, said(verdict("spike"), verdict()), 500.0)
    assert alerts.of("a", PATH, said(verdict("spike")), 100.0) == []
    assert codes(alerts.of("a", PATH, said(verdict("spike"), verdict()), 600.0)) == ["overfitting"]


def test_remarks_alert_nobody() -> None:
    alerts = Alerts(lambda: 0.0)
    assert alerts.of("a", PATH, said(verdict("healthy", "info"))) == []
    assert codes(alerts.of("a", PATH, said(verdict("healthy", "warning")))) == ["healthy"]


def test_a_snoozed_verdict_comes_back_when_its_time_is_over() -> None:
    now = [0.0]
    alerts = Alerts(lambda: now[0])
    assert alerts.of("a", PATH, said(verdict()))
    alerts.snooze("a", "overfitting", 600)
    now[0] = 300.0
    assert alerts.of("a", PATH, said(verdict())) == []
    assert alerts.snoozed("a") == {"overfitting": 300.0}
    now[0] = 601.0
    assert codes(alerts.of("a", PATH, said(verdict()))) == ["overfitting"]
    assert alerts.snoozed("a") == {}


# The command

SCRIPT = """
import json, os, sys
told = json.load(sys.stdin)
names = {n: v for n, v in os.environ.items() if n.startswith("FTUI_")}
with open(sys.argv[1], "a") as file:
    file.write(json.dumps([told, names]) + chr(10))
"""


def command(script: str, *words: str | Path) -> str:
    return shlex.join([sys.executable, "-c", script, *map(str, words)])


def test_the_command_is_told_by_its_environment_and_its_standard_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FTUI_API_KEY", "a secret")
    told: list[str] = []
    running = AlertCommand(command(SCRIPT, tmp_path / "out"), told.append)
    message = "$(touch pwned) `id` ; rm\0 \ud800 \"'\n"
    running.run(alert(message))
    running.run(alert("second", code="spike", severity="warning"))
    running.close(wait=60)
    first, second = map(json.loads, (tmp_path / "out").read_text().splitlines())
    on_stdin, names = first
    assert on_stdin["code"] == names["FTUI_CODE"] == "overfitting"
    assert on_stdin["step"] == 120
    assert names["FTUI_STEP"] == "120"
    assert names["FTUI_RUN"] == "runs/a.log"
    assert names["FTUI_NAME"] == "run a"
    assert names["FTUI_SEVERITY"] == "critical"
    assert names["FTUI_MESSAGE"] == message.replace("\0", "").replace("\ud800", "\ufffd")
    assert json.loads(names["FTUI_EVIDENCE"]) == {"best": None, "step": 3}
    assert "FTUI_API_KEY" not in names
    assert second[0]["code"] == "spike"
    assert not told


def test_values_of_the_environment_are_short_enough_for_any_system() -> None:
    assert len(environment(alert("x" * 1_000_000), {})["FTUI_MESSAGE"]) == 4000


def test_failures_are_told_once_and_the_output_is_kept(tmp_path: Path) -> None:
    told: list[str] = []
    log = tmp_path / "on-alert.log"
    running = AlertCommand(command("import sys; print('no mail today'); sys.exit(3)"), told.append, log)
    running.run(alert())
    running.run(alert())
    running.close(wait=60)
    assert told == [f"the command of --on-alert failed with exit code 3; its output is in {log}"]
    assert log.read_text() == "no mail today\n" * 2


def test_a_command_that_takes_too_long_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    told: list[str] = []
    marker = tmp_path / "child"
    script = (
        "import os, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "open(sys.argv[1] + '.new', 'w').write(str(child.pid))\n"
        "os.replace(sys.argv[1] + '.new', sys.argv[1])\n"
        "time.sleep(600)\n"
    )
    running = AlertCommand(command(script, marker), told.append, timeout=600)
    running.run(alert())
    while not marker.exists():
        threading.Event().wait(0.01)
    running.close()
    assert not told
    child = Path(f"/proc/{marker.read_text()}/stat")
    for _ in range(6_000):  # killed, and then waited for by whoever took it over
        if not child.exists() or child.read_text().rpartition(")")[2].split()[0] == "Z":
            break
        threading.Event().wait(0.01)
    else:
        os.kill(int(marker.read_text()), signal.SIGKILL)
        pytest.fail("what the command had started went on")


def test_a_command_has_its_time(tmp_path: Path) -> None:
    told: list[str] = []
    running = AlertCommand(command("import time; time.sleep(600)"), told.append, timeout=0.2)
    running.run(alert())
    running.close(wait=60)
    assert told == ["the command of --on-alert was ended: it took longer than 0.2 s"]


@pytest.mark.parametrize("words", ["", "no-such-program-of-this-name x", "sh -c 'unclosed"])
def test_a_command_that_cannot_be_run_is_refused_at_once(words: str) -> None:
    with pytest.raises(FtuiError, match="--on-alert"):
        AlertCommand(words, lambda _: None)


def test_a_program_that_vanishes_is_told(tmp_path: Path) -> None:
    program = tmp_path / "mail"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    told: list[str] = []
    running = AlertCommand(str(program), told.append)
    program.unlink()
    running.run(alert())
    running.close(wait=60)
    assert len(told) == 1
    assert "cannot be run" in told[0]


# The stop file


def test_the_stop_file_is_written_once_and_whole(tmp_path: Path) -> None:
    stop = StopFileWriter(tmp_path / "stop")
    assert not stop.exists
    assert stop.write(alert())
    assert not stop.write(alert(code="diverging"))
    told = json.loads((tmp_path / "stop").read_text())
    assert (told["code"], told["run"], told["step"], told["time"]) == (
        "overfitting",
        "runs/a.log",
        120,
        1000.5,
    )
    assert told["evidence"] == {"best": None, "step": 3}
    assert [path.name for path in tmp_path.iterdir()] == ["stop"]


def test_also_where_there_are_no_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    stop = StopFileWriter(tmp_path / "stop")
    assert stop.write(alert())
    assert not stop.write(alert(code="diverging"))
    assert json.loads((tmp_path / "stop").read_text())["code"] == "overfitting"
    assert [path.name for path in tmp_path.iterdir()] == ["stop"]


@pytest.mark.parametrize(
    ("stop_on", "stopping"),
    [
        ((), ["overfitting critical"]),
        (("spike",), ["spike warning"]),
        (("warning",), ["overfitting critical", "spike warning"]),
        (("critical", "spike"), ["overfitting critical", "spike warning"]),
        (("plateau",), []),
    ],
)
def test_what_stops_a_run(tmp_path: Path, stop_on: tuple[str, ...], stopping: list[str]) -> None:
    stop = StopFileWriter(tmp_path / "stop", stop_on)
    every: list[tuple[str, Level]] = [("overfitting", "critical"), ("spike", "warning"), ("plateau", "info")]
    found = [f"{code} {level}" for code, level in every if stop.stops(alert(code=code, severity=level))]
    assert found == stopping


def test_a_stop_file_that_cannot_be_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(FtuiError, match="is a folder"):
        StopFileWriter(tmp_path)
    with pytest.raises(FtuiError, match="no folder"):
        StopFileWriter(tmp_path / "nowhere" / "stop")


# All of it


def test_a_run_that_is_named_stops_its_trainer(tmp_path: Path) -> None:
    log, stop = tmp_path / "hf.log", tmp_path / "stop"
    lines = [f"{{'loss': {2 / n:.4f}, 'learning_rate': 1e-05, 'epoch': {n / 10}}}\n" for n in range(1, 30)]
    log.write_text("".join(lines) + "{'loss': nan, 'learning_rate': 1e-05, 'epoch': 3.0}\n" * 5)
    hand_over = HandOver(stop_file=stop)
    watch = Watch([log])
    alerts = hand_over.take(watch, watch.poll())
    assert "non-finite" in codes(alerts)
    assert json.loads(stop.read_text())["code"] == "non-finite"
    assert hand_over.take(watch, News(diagnosed=[str(log)])) == []
    watch.close()
    hand_over.close()


def test_a_training_begun_again_in_the_same_log_is_stopped_again(tmp_path: Path) -> None:
    log, stop = tmp_path / "hf.log", tmp_path / "stop"
    healthy = [f"{{'loss': {2 / n:.4f}, 'learning_rate': 1e-05, 'epoch': {n / 10}}}\n" for n in range(1, 30)]
    broken = "{'loss': nan, 'learning_rate': 1e-05, 'epoch': 3.0}\n" * 5
    log.write_text("".join(healthy) + broken)
    now = [0.0]
    hand_over, watch = HandOver(stop_file=stop), Watch([log], clock=lambda: now[0])

    def told() -> list[str]:
        now[0] += 10.0
        return codes(hand_over.take(watch, watch.poll()))

    assert "non-finite" in told()
    stop.unlink()  # the trainer takes it away as it begins anew
    log.write_text("".join(healthy[:9]).replace("2.0000", "3.0000"))
    assert "non-finite" not in told()
    assert not stop.exists()
    with log.open("a") as file:
        file.write("".join(healthy[9:]) + broken)
    assert "non-finite" in told()
    assert json.loads(stop.read_text())["code"] == "non-finite"
    watch.close()
    hand_over.close()


def test_a_run_of_earlier_days_in_a_folder_is_told_of_but_stops_nothing(tmp_path: Path) -> None:
    log, stop = tmp_path / "runs" / "hf.log", tmp_path / "stop"
    log.parent.mkdir()
    lines = [f"{{'loss': {2 / n:.4f}, 'learning_rate': 1e-05, 'epoch': {n / 10}}}\n" for n in range(1, 30)]
    log.write_text("".join(lines) + "{'loss': nan, 'learning_rate': 1e-05, 'epoch': 3.0}\n" * 5)
    os.utime(log, (1e9, 1e9))
    now = [0.0]
    hand_over = HandOver(stop_file=stop)
    watch = Watch([log.parent], clock=lambda: now[0])
    assert "non-finite" in codes(hand_over.take(watch, watch.poll()))
    assert not stop.exists()
    with log.open("a") as file:  # and now it goes on
        file.write("{'loss': nan, 'learning_rate': 1e-05, 'epoch': 3.1}\n")
    now[0] = 100.0
    assert hand_over.take(watch, watch.poll()) == []
    assert json.loads(stop.read_text())["code"] == "non-finite"
    watch.close()
    hand_over.close()


def test_a_stop_file_that_is_there_is_told_of_and_stays(tmp_path: Path) -> None:
    stop = tmp_path / "stop"
    stop.write_text("of an earlier run")
    hand_over = HandOver(stop_file=stop)
    assert len(hand_over.notices) == 1
    assert "is there already" in hand_over.notices[0]
    assert stop.read_text() == "of an earlier run"
    assert not stat.S_ISLNK(stop.lstat().st_mode)
