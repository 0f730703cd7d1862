"""All runs of a place: found, found again, diagnosed as they grow; live and at once they are the same."""

from __future__ import annotations

import json
import os
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.project.settings import Project, Training
from ftui.training.diagnosis.diagnose import IGNORED
from ftui.training.diagnosis.verdict import Diagnosis, NotJudged
from ftui.training.following.watch import OFTEN, SELDOM, News, Watch
from ftui.training.metrics import EVAL_LOSS, TRAIN_LOSS
from tests.conftest import SHARED_DATA
from tests.examples import examples

LOGS = SHARED_DATA / "logs"
TEXT_LOGS = (
    "lf_jsonl__xueh88401-web__trainer_log.jsonl",
    "nanogpt_console__jackokeefe11__wandb__run-20240214_191836-mw8ngzqq__files__output.log",
    "pl_csv__Melissasssss__lightning_logs__version_0__metrics.csv",
    "tb__AguLeon__runs__run4__events.out.tfevents.1744230855.b-3-167.5388.4",
)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def lines(*steps: int, loss: float = 2.0) -> str:
    return "".join(
        json.dumps({"current_steps": step, "total_steps": 99, "loss": loss / step}) + "\n" for step in steps
    )


def poll(watch: Watch) -> News:
    """Polls until everything is read; the news of all."""
    news = watch.poll()
    while news.more:
        later = watch.poll()
        for name, new in later.lines.items():
            news.lines[name] = news.lines.get(name, []) + new
        news.diagnosed += later.diagnosed
        news.more = later.more
    return news


def test_a_file_that_is_named_is_a_run_before_it_is_there(tmp_path: Path, clock: Clock) -> None:
    log = tmp_path / "trainer_log.jsonl"
    watch = Watch([log], clock=clock)
    poll(watch)
    assert list(watch.followers) == [str(log)]
    assert watch.runs == {}
    log.write_text(lines(1, 2, 3))
    clock.now += 60
    news = poll(watch)
    assert [len(each) for each in news.lines.values()] == [3]
    assert news.diagnosed == [str(log)]
    assert list(watch.runs) == [str(log)]
    assert isinstance(watch.diagnoses[str(log)], Diagnosis)
    watch.close()


def test_runs_that_appear_in_a_folder_are_found(tmp_path: Path, clock: Clock) -> None:
    watch = Watch([tmp_path], clock=clock)
    assert not poll(watch).runs_changed
    assert watch.followers == {}
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "trainer_log.jsonl").write_text(lines(1, 2))
    assert not poll(watch).runs_changed
    clock.now += 6
    assert poll(watch).runs_changed
    first = next(iter(watch.followers.values()))
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "trainer_log.jsonl").write_text(lines(1, 2, 3))
    clock.now += 6
    assert poll(watch).runs_changed
    assert len(watch.runs) == 2
    assert first in watch.followers.values()
    (tmp_path / "b" / "trainer_log.jsonl").unlink()
    clock.now += 6
    assert poll(watch).runs_changed
    assert len(watch.runs) == 1
    watch.close()


def test_one_more_path_may_be_added(tmp_path: Path, clock: Clock) -> None:
    for name in "ab":
        (tmp_path / f"{name}.jsonl").write_text(lines(1, 2))
    watch = Watch([tmp_path / "a.jsonl"], clock=clock)
    poll(watch)
    watch.add(tmp_path / "b.jsonl")
    assert poll(watch).runs_changed
    assert len(watch.runs) == 2
    watch.close()


def test_a_run_is_judged_when_it_changed_and_at_most_once_a_second(tmp_path: Path, clock: Clock) -> None:
    log = tmp_path / "trainer_log.jsonl"
    log.write_text(lines(1))
    watch = Watch([log], clock=clock)
    assert poll(watch).diagnosed
    with log.open("a") as file:
        file.write(lines(2))
    clock.now += 0.5
    assert not poll(watch).diagnosed
    clock.now += 60
    assert poll(watch).diagnosed
    assert not poll(watch).diagnosed
    clock.now += 60  # nothing came: it may have stalled
    assert poll(watch).diagnosed
    watch.close()


def test_a_stalled_run_is_told_by_the_injected_clock(tmp_path: Path, clock: Clock) -> None:
    log = tmp_path / "trainer_log.jsonl"
    log.touch()
    watch = Watch([log], clock=clock)
    for step in range(1, 20):
        clock.now += 10
        with log.open("a") as file:
            file.write(lines(step))
        poll(watch)
    codes = [verdict.code for verdict in watch.diagnoses[str(log)].verdicts]
    assert "stalled" not in codes
    clock.now += 3600
    poll(watch)
    assert "stalled" in [verdict.code for verdict in watch.diagnoses[str(log)].verdicts]
    watch.close()


def test_polls_become_rare_where_nothing_comes_and_often_again(tmp_path: Path, clock: Clock) -> None:
    log = tmp_path / "trainer_log.jsonl"
    log.write_text(lines(1))
    watch = Watch([log], clock=clock)
    poll(watch)
    assert watch.interval == OFTEN
    for _ in range(30):
        poll(watch)
    assert watch.interval == SELDOM
    log.write_text(lines(1, 2))
    poll(watch)
    assert watch.interval == OFTEN
    watch.close()


def test_codes_are_selected_and_ignored(tmp_path: Path, clock: Clock) -> None:
    log = tmp_path / "trainer_log.jsonl"
    log.write_text(lines(*range(1, 50)))

    def codes(**chosen: tuple[str, ...]) -> set[str]:
        watch = Watch([log], clock=clock, live=False, **chosen)  # type: ignore[arg-type]
        watch.read_all()
        watch.close()
        said = watch.diagnoses[str(log)]
        return {each.code for each in (*said.verdicts, *said.not_judged)}

    every = codes()
    assert "no-validation" in every
    watch = Watch([log], clock=clock, live=False, ignore=("no-validation",))
    watch.read_all()
    watch.close()
    said = watch.diagnoses[str(log)]
    assert "no-validation" not in {each.code for each in said.verdicts}
    assert NotJudged("no-validation", IGNORED) in said.not_judged
    assert codes(select=("no-validation",)) == {"no-validation"}


def test_the_project_names_format_columns_and_what_to_ignore(tmp_path: Path, clock: Clock) -> None:
    log = tmp_path / "metrics.csv"
    log.write_text("when,objective,other\n" + "".join(f"{n},{3 / n},0\n" for n in range(1, 30)))
    columns = {"step": "when", "train_loss": "objective"}
    training = Training(format="csv", columns=columns, ignore=("no-validation",))
    watch = Watch([log], Project(tmp_path, training=training), clock=clock, live=False)
    watch.read_all()
    run = watch.runs[str(log)]
    assert run.format == "csv"
    assert list(run.series[TRAIN_LOSS].step) == list(range(1, 30))
    assert "no-validation" not in {each.code for each in watch.diagnoses[str(log)].verdicts}
    watch.close()


def test_a_configuration_that_cannot_be_read_is_told_once(tmp_path: Path, clock: Clock) -> None:
    log = tmp_path / "trainer_log.jsonl"
    log.write_text(lines(1, 2))
    project = Project(tmp_path, training=Training(config=tmp_path / "missing.yaml"))
    watch = Watch([log], project, clock=clock)
    for _ in range(3):
        clock.now += 60
        poll(watch)
    assert len(watch.notices) == 1
    assert watch.diagnoses
    watch.close()


def test_checkpoints_of_a_run_come_and_go(tmp_path: Path, clock: Clock) -> None:
    """`trainer_state.json` is written into each checkpoint: the run goes on in the newest one."""
    watch = Watch([tmp_path], clock=clock)
    for last in (10, 20, 30):
        folder = tmp_path / f"checkpoint-{last}"
        folder.mkdir()
        history = [{"loss": 1 / step, "step": step} for step in range(1, last + 1)]
        state = folder / "trainer_state.json"
        state.write_text(json.dumps({"log_history": history, "global_step": last, "max_steps": 90}))
        os.utime(state, ns=(last * 10**9, last * 10**9))
        clock.now += 6
        poll(watch)
        (run,) = watch.runs.values()
        assert run.count(TRAIN_LOSS) == last
    assert len(watch.followers) == 1
    watch.close()


def read_at_once(path: Path) -> tuple[Diagnosis, dict[str, list[float]]]:
    watch = Watch([path], clock=Clock(), live=False, wall=Clock())
    watch.read_all()
    watch.close()
    return watch.diagnoses[str(path)], values(watch, path)


def values(watch: Watch, path: Path) -> dict[str, list[float]]:
    run = watch.followers[str(path)].run
    return {
        name: [*series.step, *(value if value == value else -1.0 for value in series.value)]
        for name, series in run.series.items()
    }


@pytest.fixture(scope="module", params=TEXT_LOGS)
def real_log(request: pytest.FixtureRequest) -> Path:
    path = LOGS / request.param
    if not path.exists():
        pytest.skip("the folder of real data (../shared/data) is not on this machine")
    return path


@examples(12)
@given(cuts=st.lists(st.floats(0, 1), max_size=12), rotate=st.booleans())
def test_the_verdicts_are_the_same_live_and_at_once(
    tmp_path_factory: pytest.TempPathFactory,
    real_log: Path,
    cuts: list[float],
    rotate: bool,
) -> None:
    path, data = real_log, real_log.read_bytes()
    live = tmp_path_factory.mktemp("live") / path.name
    live.write_bytes(data)
    diagnosis, points = read_at_once(live)
    live.unlink()
    clock = Clock()
    watch = Watch([live], clock=clock, wall=Clock(), live=True)
    rotate = rotate and path.suffix == ".jsonl"
    places = {int(cut * len(data)) for cut in cuts} | {0, len(data)}
    if rotate:  # between two lines, as those do who rotate logs
        places = {data.rfind(b"\n", 0, place) + 1 for place in places} | {len(data)}
    places = sorted(places)
    for begin, end in pairwise(places):
        if rotate and begin:
            live.rename(live.with_suffix(f".{begin}"))
        with live.open("ab") as file:
            file.write(data[begin:end])
        poll(watch)
    watch.read_all()
    assert values(watch, live) == points
    said = watch.diagnoses[str(live)]
    assert said.verdicts == diagnosis.verdicts
    not_judged = {each.code for each in said.not_judged}
    assert not_judged == {each.code for each in diagnosis.not_judged}
    watch.close()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("history.csv", "it,objective,held out\n1,2.5,\n2,2.4,2.6\n"),
        ("history.jsonl", '{"it": 1, "objective": 2.5}\n{"it": 2, "objective": 2.4, "held out": 2.6}\n'),
    ],
)
def test_a_table_with_named_columns_is_found_in_its_folder(
    tmp_path: Path, clock: Clock, name: str, text: str
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).write_text(text)
    (tmp_path / "out" / "rows.csv").write_text("prompt,answer\n1,2\n")
    columns = {"step": "it", "train_loss": "objective", "eval_loss": "held out"}
    watch = Watch([tmp_path], Project(root=tmp_path, training=Training(columns=columns)), clock)
    watch.read_all()
    (run,) = watch.runs.values()
    assert list(run.series[TRAIN_LOSS].value) == [2.5, 2.4]
    assert list(run.series[EVAL_LOSS].step) == [2.0]


def test_columns_without_a_loss_make_no_log_of_a_table(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "rows.csv").write_text("it,prompt\n1,2\n")
    watch = Watch([tmp_path], Project(root=tmp_path, training=Training(columns={"step": "it"})), clock)
    watch.read_all()
    assert not watch.followers
