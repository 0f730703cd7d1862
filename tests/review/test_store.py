"""A review's file: round trips, migrations, several writers, kills, and files that are none."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ftui.model.ollama_template import Message
from ftui.project.errors import FtuiError
from ftui.review import plain
from ftui.review.judgement import Judgement, Vote
from ftui.review.prompt import Prompt, Source, conversation_id
from ftui.review.review_file import FILE
from ftui.review.sample import Completion, Flag, Sample
from ftui.review.schema import MIGRATIONS
from ftui.review.store import ReviewStore

ROOT = Path(__file__).resolve().parents[2]
# Bytes of a model that are no UTF-8 are surrogate escapes; data may hold any lone surrogate, but no pair of them: JSON
# reads that as one character.
TEXT = st.text(st.characters(), max_size=6) | st.text(
    st.sampled_from('\ud83d\udc80\udcff\0\n"a'), max_size=4
).map(lambda text: text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass"))
NUMBER = st.none() | st.floats(0, 1e6)
PLAIN = st.dictionaries(
    TEXT, st.none() | st.booleans() | st.integers(-9, 9) | TEXT | st.lists(TEXT, max_size=2), max_size=2
)

completions = st.builds(
    Completion,
    output=TEXT,
    cut=TEXT,
    stop_reason=st.sampled_from(["end-token", "stop-sequence", "limit", "cancelled", "error", "unknown"]),
    stop_text=st.none() | TEXT,
    token_ids=st.none() | st.lists(st.integers(0, 2**31), max_size=4).map(tuple),
    special_at=st.lists(st.integers(0, 9), max_size=3).map(tuple),
    prompt_tokens=st.none() | st.integers(0, 99),
    completion_tokens=st.none() | st.integers(0, 99),
    first_token_s=NUMBER,
    seconds=NUMBER,
    end_probability=NUMBER,
    error=st.none() | TEXT,
    batch_width=st.none() | st.integers(1, 9),
)
samples = st.builds(
    Sample,
    sample_id=st.text("0123456789abcdef", min_size=16, max_size=16),
    prompt_id=TEXT,
    stratum=TEXT,
    model=TEXT,
    index=st.integers(0, 9),
    prompt=TEXT,
    completion=completions,
    processed=TEXT,
    settings=PLAIN,
    seed=st.integers(0, 2**31),
    backend=TEXT,
    batch_width=st.none() | st.integers(1, 9),
    model_sha256=st.none() | TEXT,
    adapter=st.none() | TEXT,
    adapter_sha256=st.none() | TEXT,
    page=TEXT,
    at=TEXT,
    flags=st.lists(st.builds(Flag, TEXT, PLAIN), max_size=2).map(tuple),
)
prompts = st.builds(
    Prompt,
    prompt_id=TEXT,
    stratum=TEXT,
    messages=st.lists(st.builds(Message, TEXT, TEXT), max_size=3).map(tuple),
    reference=st.none() | TEXT,
    label=st.none() | TEXT,
    why=TEXT,
    source=st.none() | st.builds(Source, TEXT, TEXT, st.integers(0, 9)),
)


@settings(max_examples=40)
@given(samples)
def test_a_sample_survives_json(sample: Sample) -> None:
    written, flags = plain.dump_sample(sample), plain.dump_flags(sample.flags)
    (written + flags).encode("ascii")
    assert plain.load_sample(written, flags) == sample


@settings(max_examples=40)
@given(prompts)
def test_a_prompt_survives_json(prompt: Prompt) -> None:
    assert plain.load_prompt(plain.dump(prompt)) == prompt


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ReviewStore]:
    made = ReviewStore.create(tmp_path / "review")
    yield made
    made.close()


def a_prompt(text: str) -> Prompt:
    messages = (Message("user", text),)
    return Prompt(conversation_id(messages), "random", messages)


def a_sample(number: int, output: str = "out", model: str = "tuned", **more: Any) -> Sample:
    completion = Completion(output, "", more.pop("stop_reason", "end-token"), token_ids=(1, 2))
    return Sample(
        f"{number:016x}", a_prompt(f"q{number}").prompt_id, "random", model, 0, "<q>", completion, output.strip(),
        {"temperature": 0.0}, 7, "fake 1.0", 1, at="2026-01-01T00:00:00+00:00", **more,
    )  # fmt: skip


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sample=samples)
def test_samples_with_any_text_survive_the_file(store: ReviewStore, sample: Sample) -> None:
    # Ids, strata, names and pages are ours; the rest comes from models and data.
    sample = replace(sample, prompt_id="p", stratum="random", model="tuned", page="")
    store.add_samples([sample])
    assert store.sample(sample.sample_id) == sample


def test_prompts_keep_their_order_and_their_place(store: ReviewStore) -> None:
    first, second, third = (a_prompt(text) for text in "cab")
    store.add_prompts([first, second])
    store.add_prompts([third, replace(second, why="again")])
    assert store.prompts() == [first, second, third]


def test_a_sample_made_again_replaces_the_cancelled_one(store: ReviewStore) -> None:
    store.add_samples([a_sample(1, "ha", stop_reason="cancelled"), a_sample(2, "", stop_reason="error")])
    assert store.finished() == set()
    store.add_samples([a_sample(1, "whole")])
    assert store.finished() == {a_sample(1).sample_id}
    assert [each.completion.output for each in store.samples()] == ["", "whole"]


def test_no_flags_are_told_from_not_looked_for(store: ReviewStore) -> None:
    one, two = a_sample(1), a_sample(2)
    store.add_samples([one, two])
    store.set_flags({one.sample_id: []})
    assert store.unexamined() == [two.sample_id]
    assert store.unexamined_prompts() == [two.prompt_id]


def test_samples_are_found_by_model_page_and_prompt(store: ReviewStore) -> None:
    store.add_samples([a_sample(1), a_sample(2, model="base"), a_sample(3, page="step-1")])
    assert [each.model for each in store.samples(model="base")] == ["base"]
    assert [each.page for each in store.samples(page="step-1")] == ["step-1"]
    assert len([*store.samples(page="")]) == 2
    assert len([*store.samples(prompt_id=a_sample(3).prompt_id)]) == 1
    assert store.sample("nobody") is None


def test_many_samples_are_read_piece_by_piece_and_each_once(store: ReviewStore) -> None:
    made = [a_sample(number, f"output {number}") for number in range(450)]
    store.add_samples(made)
    reading = store.samples()
    first = next(reading)
    store.add_samples([a_sample(430, "made again"), a_sample(999)])
    rest = [*reading]
    assert [first, *rest[:429]] == made[:430]
    assert [each.completion.output for each in rest[428:431]] == ["output 429", "made again", "output 431"]
    assert len(rest) == 449, "what is added meanwhile is for the next reader"


def test_a_new_sample_finds_its_place_without_reading_the_others(store: ReviewStore) -> None:
    db = sqlite3.connect(store.folder / FILE)
    found = db.execute("EXPLAIN QUERY PLAN SELECT coalesce(max(ordinal) + 1, 0) FROM samples").fetchall()
    db.close()
    assert [row[-1] for row in found] == ["SEARCH samples USING COVERING INDEX samples_in_order"]


# What reviewers said


def test_judgements_and_votes_outlive_a_rerun_with_the_same_outputs(store: ReviewStore) -> None:
    """Kept by the hashes of prompt and output, not by sample: a new seed that gives the same text keeps them."""
    old = a_sample(1, "the same")
    other = replace(a_sample(2, "other"), prompt_id=old.prompt_id)
    store.add_samples([old, other])
    store.judge(Judgement("ann", old.prompt_hash, old.output_hash, "accept"))
    store.vote(
        Vote(
            "ann",
            old.prompt_hash,
            (old.sample_id, other.sample_id),
            (old.output_hash, other.output_hash),
            old.sample_id,
        )
    )
    again = replace(old, sample_id="f" * 16, seed=99)
    changed = replace(old, sample_id="e" * 16, completion=replace(old.completion, output="now different"))
    store.add_samples([again, changed])
    judged = {(each.prompt_hash, each.output_hash): each.verdict for each in store.judgements()}
    assert judged.get((again.prompt_hash, again.output_hash)) == "accept"
    assert (changed.prompt_hash, changed.output_hash) not in judged
    (vote,) = store.votes()
    assert vote.outputs[0] == again.output_hash
    assert vote.prompt_hash == again.prompt_hash


def test_the_last_judgement_counts_and_undo_brings_back_the_one_before(store: ReviewStore) -> None:
    def verdicts(reviewer: str | None = None) -> list[tuple[str, str]]:
        return [(each.reviewer, each.verdict) for each in store.judgements(reviewer)]

    store.judge(Judgement("ann", b"p", b"o", "reject", {"style": 2}, note="no"))
    second = store.judge(Judgement("ann", b"p", b"o", "accept"))
    store.judge(Judgement("bob", b"p", b"o", "fix", correction="better \udc80"))
    assert verdicts() == [("ann", "accept"), ("bob", "fix")]
    store.undo_judgement(second)
    assert verdicts("ann") == [("ann", "reject")]
    assert store.judgements("ann")[0].scores == {"style": 2}
    store.undo_judgement(store.judgements("ann")[0].id)
    assert verdicts() == [("bob", "fix")]


def test_an_undone_vote_is_gone(store: ReviewStore) -> None:
    number = store.vote(Vote("ann", b"p", ("a", "b"), (b"1", b"2"), "tie"))
    kept = store.vote(Vote("ann", b"p", ("b", "a"), (b"2", b"1"), "b", repeat_of=number))
    store.undo_vote(number)
    assert [(each.id, each.winner, each.shown, each.repeat_of) for each in store.votes()] == [
        (kept, "b", ("b", "a"), number)
    ]


# The file

TABLES = ("notes", "prompts", "models", "samples", "judgements", "votes")


def an_old_review(folder: Path, schema: int) -> sqlite3.Connection:
    """A review as an older ftui left it, made by hand."""
    folder.mkdir()
    db = sqlite3.connect(folder / FILE)
    for script in MIGRATIONS[:schema]:
        db.executescript(script)
    db.execute(f"PRAGMA user_version={schema}")
    return db


@pytest.mark.parametrize("schema", range(1, len(MIGRATIONS)))
def test_an_older_review_is_brought_up_to_date_with_all_it_holds(tmp_path: Path, schema: int) -> None:
    sample, prompt = a_sample(1), a_prompt("q1")
    db = an_old_review(tmp_path / "old", schema)
    with db:
        db.execute("INSERT INTO notes VALUES ('plan', '{\"end_marker\": \"x\"}')")
        db.execute("INSERT INTO prompts VALUES (?, 'random', 0, ?)", (prompt.prompt_id, plain.dump(prompt)))
        db.execute("INSERT INTO models VALUES ('tuned', 0, '{\"base\": false}')")
        db.execute(
            "INSERT INTO samples VALUES (?, ?, 'random', 'tuned', '', 0, ?, ?, 'end-token', ?, NULL)",
            (
                sample.sample_id,
                sample.prompt_id,
                sample.prompt_hash,
                sample.output_hash,
                plain.dump_sample(sample),
            ),
        )
        db.execute(
            "INSERT INTO judgements (reviewer, at, prompt_hash, output_hash, verdict, scores, flagged, note)"
            " VALUES ('ann', 'then', ?, ?, 'accept', '{}', 0, '')",
            (sample.prompt_hash, sample.output_hash),
        )
        db.execute(
            "INSERT INTO votes (reviewer, at, prompt_hash, shown, winner, note)"
            " VALUES ('ann', 'then', ?, '[[\"a\", \"00\"], [\"b\", \"01\"]]', 'tie', '')",
            (sample.prompt_hash,),
        )
    db.close()
    store = ReviewStore.open(tmp_path / "old")
    assert (store.note("plan"), store.prompts(), [*store.samples()]) == (
        {"end_marker": "x"},
        [prompt],
        [sample],
    )
    assert [each.verdict for each in store.judgements()] == ["accept"]
    assert [each.outputs for each in store.votes()] == [(b"\0", b"\1")]
    store.judge(Judgement("bob", b"p", b"o", "fix", correction="better"))
    assert store.judgements("bob")[0].correction == "better"
    store.close()
    assert columns(tmp_path / "old") == columns_of_a_new_one(tmp_path)


def columns(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    db = sqlite3.connect(folder / FILE)
    found = {table: db.execute(f"PRAGMA table_info({table})").fetchall() for table in TABLES}
    found["version"] = db.execute("PRAGMA user_version").fetchall()
    db.close()
    return found


def columns_of_a_new_one(tmp_path: Path) -> dict[str, list[tuple[Any, ...]]]:
    ReviewStore.create(tmp_path / "new").close()
    return columns(tmp_path / "new")


def test_a_migration_that_fails_leaves_the_review_as_it_was(tmp_path: Path, monkeypatch: Any) -> None:
    an_old_review(tmp_path / "old", len(MIGRATIONS)).close()
    before = columns(tmp_path / "old")
    broken = (*MIGRATIONS, "ALTER TABLE votes ADD COLUMN more TEXT; ALTER TABLE nothing ADD COLUMN x TEXT;")
    monkeypatch.setattr("ftui.review.schema.MIGRATIONS", broken)
    with pytest.raises(FtuiError):
        ReviewStore.open(tmp_path / "old")
    assert columns(tmp_path / "old") == before


def test_two_at_once_bring_an_older_review_up_to_date(tmp_path: Path) -> None:
    an_old_review(tmp_path / "old", 1).close()
    held = an_open_transaction(tmp_path / "old" / FILE)
    opened: list[ReviewStore | FtuiError] = []

    def open_it() -> None:
        try:
            opened.append(ReviewStore.open(tmp_path / "old"))
        except FtuiError as error:
            opened.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(3)]
    for thread in threads:
        thread.start()
    held.execute("COMMIT")
    held.close()
    for thread in threads:
        thread.join()
    for each in opened:
        assert isinstance(each, ReviewStore), each
        each.close()


def an_open_transaction(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("BEGIN IMMEDIATE")
    return db


def test_a_review_of_a_newer_ftui_is_refused_and_untouched(tmp_path: Path) -> None:
    ReviewStore.create(tmp_path).close()
    db = sqlite3.connect(tmp_path / FILE)
    db.execute("PRAGMA user_version=99")
    db.close()
    with pytest.raises(FtuiError, match="newer ftui"):
        ReviewStore.open(tmp_path)


def test_a_symlink_is_refused(tmp_path: Path) -> None:
    ReviewStore.create(tmp_path / "a").close()
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / FILE).symlink_to(tmp_path / "a" / FILE)
    with pytest.raises(FtuiError, match="symlink"):
        ReviewStore.open(tmp_path / "b")


@pytest.mark.parametrize(
    "written", [b"not a database" * 100, b"SQLite format 3\0" + b"\xff" * 5000], ids=["text", "broken"]
)
def test_a_file_that_is_no_database_is_told_and_kept(tmp_path: Path, written: bytes) -> None:
    (tmp_path / FILE).write_bytes(written)
    with pytest.raises(FtuiError) as caught:
        ReviewStore.open(tmp_path)
    assert str(tmp_path / FILE) in caught.value.message
    assert "is safe" not in caught.value.hint
    assert (tmp_path / FILE).read_bytes() == written


@pytest.mark.parametrize(
    "value", ["", "{", "[]", "1", '{"messages": 3}', '{"completion": {}}', "[" * 100_000]
)
def test_a_value_that_is_none_of_ours_is_told(store: ReviewStore, value: str) -> None:
    store.add_prompts([a_prompt("q1")])
    store.add_samples([a_sample(1)])
    store.set_note("plan", {})
    store.set_model("tuned", {})
    db = sqlite3.connect(store.folder / FILE)
    with db:
        for table in ("prompts", "samples"):
            db.execute(f"UPDATE {table} SET value = ?", (value,))
        for table in ("notes", "models"):
            db.execute(f"UPDATE {table} SET value = '{{'")
    db.close()
    for read in (
        store.prompts,
        lambda: [*store.samples()],
        lambda: store.sample(a_sample(1).sample_id),
        lambda: store.note("plan"),
        store.models,
    ):
        with pytest.raises(FtuiError, match="broken one"):
            read()


def test_a_folder_without_a_review_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(FtuiError) as caught:
        ReviewStore.open(tmp_path)
    assert "ftui sample" in caught.value.hint
    (tmp_path / "file").write_text("x")
    with pytest.raises(FtuiError):
        ReviewStore.create(tmp_path / "file")


WRITER = """
import sys
from pathlib import Path
from ftui.review.judgement import Judgement
from ftui.review.store import ReviewStore
from tests.review.test_store import a_sample
store, who = ReviewStore.open(Path(sys.argv[1])), sys.argv[2]
print("ready", flush=True)
sys.stdin.readline()
for n in range(20):
    store.judge(Judgement(who, b"p", b"%d" % n, "accept"))
    store.add_samples([a_sample(n * 10 + int(who))])
"""


def writer(folder: Path, who: str, script: str = WRITER) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, str(folder), who],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_two_processes_write_at_once(store: ReviewStore) -> None:
    running = [writer(store.folder, who) for who in "12"]
    for each in running:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    for each in running:
        each.communicate("go\n", timeout=60)
        assert each.returncode == 0
    assert [len(store.judgements(who)) for who in "12"] == [20, 20]
    assert store.count() == 40


FOREVER = """
import sys
from pathlib import Path
from ftui.review.store import ReviewStore
from tests.review.test_store import a_sample
store, n = ReviewStore.open(Path(sys.argv[1])), 0
while True:
    store.add_samples([a_sample(n), a_sample(n + 1)])
    n += 2
    print(n, flush=True)
"""


def test_a_writer_killed_in_the_middle_leaves_a_review_that_can_be_read(store: ReviewStore) -> None:
    running = writer(store.folder, "", FOREVER)
    assert running.stdout is not None
    told = [int(running.stdout.readline()) for _ in range(20)][-1]
    running.kill()
    running.communicate()
    count = store.count()
    assert count >= told, "what was told to be kept is kept"
    assert count % 2 == 0, "samples that are written together are there together"
    store.add_samples([a_sample(10**6)])
    assert store.count() == count + 1
    assert store._db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_threads_share_one_review(store: ReviewStore) -> None:
    def write(who: int) -> None:
        for n in range(20):
            store.add_samples([a_sample(100 * who + n)])

    threads = [threading.Thread(target=write, args=(who,)) for who in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.count() == 60


def test_a_review_that_cannot_be_written_says_so(store: ReviewStore) -> None:
    pages = store._db.execute("PRAGMA page_count").fetchone()[0]
    store._db.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(FtuiError) as caught:
        store.add_samples([a_sample(1, "x" * 100_000)])
    assert "full" in caught.value.message
    assert "free some space" in caught.value.hint
    assert store.count() == 0
    store._db.execute("PRAGMA max_page_count=100000")
    store.add_samples([a_sample(1, "x" * 100_000)])
    assert store.count() == 1
