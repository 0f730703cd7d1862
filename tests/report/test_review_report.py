"""The page of a review: base against tuned on every page, nothing that flatters, nothing that a text can break."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ftui.cli.output import Output, Style
from ftui.cli.review_text import review_text
from ftui.project.settings import Project, Review
from ftui.report.review import words
from ftui.report.review.as_json import as_json
from ftui.report.review.html import html
from ftui.report.review.judgements import NO_BASE
from ftui.report.review.markdown import markdown
from ftui.report.review.page import Table
from ftui.report.review.sections import of_page, sections
from ftui.review.figures import figures
from ftui.review.figures.figures import Figures
from ftui.review.figures.rates import Difference, Rate
from ftui.review.judgement import Judgement
from ftui.review.sample import Flag
from ftui.review.store import ReviewStore
from tests.review.judged import judged_review, vote
from tests.review.reviewed import prompt, sample

DICE = random.Random(0)
HOSTILE = "<script>alert(1)</script> | `x` \x1b[31m\u202e"


def figures_of(folder: Path, seed: int = 1, review: Review | None = None) -> Figures:
    store = judged_review(folder / "review", seed)
    found = figures.of(store, Project(folder, review=review or Review()), texts=True)
    store.close()
    return found


def text(found: Figures, width: int = 120) -> str:
    return review_text("Review r", sections(found), Output(Style(False), Style(False), 80), width)


def titles(found: Figures) -> list[str]:
    return [section.title for section in sections(found)]


def test_the_page_begins_with_what_it_rests_on_and_base_against_tuned(tmp_path: Path) -> None:
    found = titles(figures_of(tmp_path))
    assert found[:3] == ["What this rests on", "Base against tuned", "Is prompting enough?"]
    for wanted in ("Judged", "Flags", "Why outputs ended", "Speed and cost", "Reviewers", "Agreement"):
        assert wanted in found


def test_base_against_tuned_is_on_every_page_of_a_watched_run(tmp_path: Path) -> None:
    store = ReviewStore.create(tmp_path / "review")
    store.set_model("base", {"base": True})
    store.add_prompts([prompt(1)])
    store.add_samples([sample(prompt(1), "base", "one")])
    store.add_samples(
        [sample(prompt(1), "tuned", page, page=page) for page in ("step-1", "step-2", "step-3")]
    )
    found = figures.of(store, Project(tmp_path))
    store.close()
    assert len(found.pages) == 3
    for page in found.pages:
        assert next(iter(of_page(page))).title == "Base against tuned"
    assert titles(found).count("Base against tuned") == 3
    assert [each for each in titles(found) if each.startswith("Checkpoint")] == [
        "Checkpoint step-1", "Checkpoint step-2", "Checkpoint step-3",
    ]  # fmt: skip


def test_without_a_base_every_format_says_that_nothing_shows_that_it_helped(tmp_path: Path) -> None:
    store = ReviewStore.create(tmp_path / "review")
    store.add_prompts([prompt(1)])
    store.add_samples([sample(prompt(1), "mine", "one")])
    found = figures.of(store, Project(tmp_path))
    store.close()
    plain = " ".join(text(found).split())
    assert NO_BASE in plain
    assert NO_BASE.split(":")[0] in markdown("r", sections(found))
    assert NO_BASE.split(":")[0] in html("r", sections(found))
    assert json.loads(as_json("r", found))["has_base"] is False


def test_an_empty_review_says_that_nothing_can_be_said(tmp_path: Path) -> None:
    store = ReviewStore.create(tmp_path / "review")
    found = figures.of(store, Project(tmp_path), texts=True)
    store.close()
    assert "nothing can be said" in text(found)


def test_a_base_alone_shows_nothing_of_a_fine_tune(tmp_path: Path) -> None:
    store = ReviewStore.create(tmp_path / "review")
    store.set_model("base", {"base": True, "gguf": "b.gguf", "failed": "no memory left"})
    store.set_model("asked well", {"base": False, "gguf": "b.gguf", "system": "Be brief."})
    store.add_prompts([prompt(1)])
    store.add_samples([sample(prompt(1), "base", "one"), sample(prompt(1), "asked well", "two")])
    told = " ".join(text(figures.of(store, Project(tmp_path), texts=True)).split())
    store.close()
    assert "nothing shows what a fine-tune does" in told
    assert "asked well against base: nobody has compared" in told
    assert "base was given up: no memory left" in told


def test_a_review_that_nobody_judged_says_so(tmp_path: Path) -> None:
    store = ReviewStore.create(tmp_path / "review")
    store.set_model("base", {"base": True})
    store.add_prompts([prompt(1)])
    store.add_samples([sample(prompt(1), "base", "one"), sample(prompt(1), "tuned", "two")])
    told = " ".join(text(figures.of(store, Project(tmp_path))).split())
    store.close()
    assert "nobody has compared their outputs side by side" in told
    assert "Nobody has judged an output of this page yet" in told
    assert "Nobody has looked for flags" in told
    assert "No prompt is from a held-out split" in told


def test_leaks_and_training_rows_are_named_beside_the_figures(tmp_path: Path) -> None:
    store = ReviewStore.create(tmp_path / "review")
    leaked = replace(prompt(1, "held-out"), why="row of the test split; LEK002 near-leak")
    store.add_prompts([leaked, prompt(2, "held-out")])
    store.add_samples([sample(leaked, "mine", "one")])
    told = " ".join(text(figures.of(store, Project(tmp_path))).split())
    store.close()
    assert "1 of 2 held-out prompts are in training too (LEK002 near-leak (1))" in told


def test_success_is_in_words_with_its_interval(tmp_path: Path) -> None:
    found = figures_of(tmp_path, review=Review(success={"acceptance": 0.99, "win_rate": 0.01}))
    section = next(each for each in sections(found) if each.title == "Success")
    table = next(part for part in section.parts if isinstance(part, Table))
    assert [row[-1] for row in table.rows] == [each.outcome for each in found.success]
    assert all(re.search(r"\[.*–.*\]", row[4]) for row in table.rows)


def hostile(folder: Path) -> Figures:
    """Names, classes, rubric lines and stop texts that try to be markup or to move a terminal."""
    store = ReviewStore.create(folder / "review")
    store.set_model(HOSTILE, {"base": True})
    for number in range(6):
        asked = replace(prompt(number), label=f"{HOSTILE} {number % 2}")
        store.add_prompts([asked])
        ends = {"stop_text": HOSTILE}
        left = sample(asked, HOSTILE, "one", completion=ends, flags=[Flag(HOSTILE, {})])
        right = sample(asked, f"tuned {HOSTILE}", "two", completion=ends, page="")
        store.add_samples([left, right])
        store.set_flags({left.sample_id: [Flag(HOSTILE, {})], right.sample_id: []})
        store.vote(vote(HOSTILE, [left, right], DICE, winner=right.sample_id))
        store.judge(Judgement(HOSTILE, left.prompt_hash, left.output_hash, "accept", {HOSTILE: 3}))
    found = figures.of(store, Project(folder), texts=True)
    store.close()
    return found


class Tags(HTMLParser):
    """The tags of a page, and whether they are closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        assert not {name for name, _ in attrs} & {"src", "href", "onclick", "onload"}
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_html_page_is_one_file_without_script_and_nothing_in_it_is_markup(tmp_path: Path) -> None:
    page = html(HOSTILE, sections(hostile(tmp_path)))
    tags = Tags(page)
    assert tags.open == []
    assert not {"script", "img", "link", "iframe", "object"} & tags.seen
    assert "default-src 'none'" in page
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "&lt;script&gt;" in page


def test_markdown_keeps_its_tables_whatever_a_name_holds(tmp_path: Path) -> None:
    page = markdown(HOSTILE, sections(hostile(tmp_path)))
    assert "<script>" not in page
    assert "\x1b" not in page
    columns = 0
    for line in page.splitlines():
        if not line.startswith("|"):
            columns = 0
            continue
        cells = len(re.findall(r"(?<!\\)\|", line))
        assert columns in (0, cells)
        columns = cells


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_text_page_holds_nothing_that_a_terminal_obeys(tmp_path: Path, width: int) -> None:
    page = text(hostile(tmp_path), width)
    assert all(character.isprintable() or character == "\n" for character in page)


def test_json_holds_every_rate_with_its_interval(tmp_path: Path) -> None:
    found = figures_of(tmp_path)
    told = json.loads(as_json("r", found))
    assert (told["review"], told["schema"]) == ("r", 1)
    for page, plain in zip(found.pages, told["pages"], strict=True):
        for each, as_plain in zip(page.models, plain["models"], strict=True):
            rate = each.overall.acceptance
            assert as_plain["overall"]["acceptance"] == {
                "share": rate.share, "low": rate.low, "high": rate.high,
                "hits": rate.hits, "of": rate.of, "prompts": rate.prompts,
            }  # fmt: skip
            assert as_plain["overall"]["duel"]["rate"]["share"] == each.overall.duel.rate.share
    unknown = json.loads(as_json("r", replace(found, pages=())))
    assert unknown["pages"] == []


def test_unknown_is_never_a_number() -> None:
    assert words.share(Rate(0, 0, 0)) == words.brief(None) == words.difference(None) == words.UNKNOWN
    assert words.spread(None) == (words.UNKNOWN, words.UNKNOWN)


def test_shares_are_never_rounded_to_all_or_nothing() -> None:
    assert words.percent(0.9999) == "99.9 %"
    assert words.percent(0.0001) == "0.1 %"
    assert words.percent(1) == "100 %"
    assert words.percent(0) == "0 %"
    assert words.share(Rate(14, 24, 12)) == "58 % [32–81] 14/24"
    assert words.difference(Difference(-0.067, -0.36, 0.24)) == "−6.7 [−36 to +24]"


def test_each_page_of_a_watched_run_names_its_own_adapter(tmp_path: Path) -> None:
    store = ReviewStore.create(tmp_path / "r")
    store.set_model("base", {"base": True, "gguf": "smol.gguf", "sha256": "b", "page": ""})
    asked = prompt(1)
    store.add_prompts([asked])
    store.add_samples([replace(sample(asked, "base", "no"), model_sha256="b")])
    for page, sha256, adapter in (
        ("step-1", "b", "a1.gguf"),
        ("step-2", "c" * 64, None),
        ("step-3", "b", "a3.gguf"),
    ):
        made = sample(asked, "tuned", page, page=page)
        store.add_samples(
            [replace(made, model_sha256=sha256, adapter=adapter, adapter_sha256=adapter and f"of {adapter}")]
        )
        # The last checkpoint's record takes the place of the one before.
        record = {"base": False, "gguf": "smol.gguf", "sha256": sha256, "adapter": adapter, "page": page}
        store.set_model("tuned", record)
    found = figures.of(store, Project(tmp_path))
    (table,) = (each for section in sections(found) if section.title == "Models" for each in section.parts)
    assert isinstance(table, Table)
    assert [(row[0], row[2], row[3]) for row in table.rows] == [
        ("base", "smol.gguf", words.UNKNOWN),
        ("tuned step-1", "smol.gguf", "a1.gguf"),
        ("tuned step-2", f"sha256 {'c' * 16}", words.UNKNOWN),
        ("tuned step-3", "smol.gguf", "a3.gguf"),
    ]
    assert "a1.gguf" in text(found, 200)
