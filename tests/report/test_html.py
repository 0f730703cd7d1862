"""The HTML report: one file, nothing from elsewhere, nothing in data that becomes markup, nothing personal shown."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from ftui.report.excerpt import AROUND, LONGEST, covered, excerpt
from ftui.report.html import html
from tests.report.sample_report import RULES, report
from tests.report.test_formats import unsafe
from tests.run_ftui import ftui

VOID = ("meta", "br")
MAIL, KEY = "anna.schmidt@gmail.com", "sk-proj-Zx81kQpLm92VbnTr5Yw8aBcD3eFgH7iJkLmN"


class Page(HTMLParser):
    """The tags, attributes and texts of a page; fails where an end tag closes another tag than the open one."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.marked: list[str] = []
        self.words = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data
        if self.open[-1:] == ["mark"]:
            self.marked.append(data)


def page(text: str = "plain <script>alert(1)</script> text") -> Page:
    return Page(html(report(), RULES, lambda _: text))


def test_it_is_one_well_formed_file_that_loads_nothing() -> None:
    made = page()
    assert made.open == []
    assert not {"script", "link", "img", "iframe", "object", "base"} & set(made.tags)
    for name, value in made.attributes:
        assert not name.startswith("on")
        assert name != "src"
        assert name != "href" or str(value).startswith("#")
    assert "http" not in made.words
    assert "url(" not in made.words
    assert "prefers-color-scheme: dark" in made.words


def test_text_from_data_is_never_markup_and_never_hidden() -> None:
    made = page()
    assert not unsafe(made.words)
    assert "<b>`x`</b> &" in made.words  # as text
    assert "␛[31mred⟨U+202E⟩" in made.words
    assert "<script>alert(1)" in made.words
    assert made.tags.count("b") == 3  # "How to fix" of three rules, and none from data


def test_it_has_every_part() -> None:
    words = page().words
    for part in (
        "✖ 4 errors", "5 of 19 rows", "data/my train.jsonl", "STP001 missing-end-marker", "safe fix: append `### End`",
        "data/test.parquet row 7", "and 3 more", "meant ␛[1mso", "STP002", "not selected", "Seconds",
    ):  # fmt: skip
        assert part in words
    assert page("abcdefgh").marked == ["abcd"] * 3  # one a finding that is not accepted


def place(start: int, end: int, **evidence: Any) -> dict[str, Any]:
    return {"start": start, "end": end, "evidence": evidence}


@pytest.mark.parametrize(
    ("text", "finding", "shown"),
    [
        ("one two three", place(4, 7), "one [two] three"),
        ("one two three", place(4, 7, spans=[[4, 7], [8, 13]]), "one [two] [three]"),
        ("one two three", place(13, 13), "one two three[]"),
        ("short", place(2, 99), "sh[ort]"),
        ("short", place(90, 99), "short[]"),
        ("overlap", place(0, 4, spans=[[0, 4], [2, 6]]), "[over][la]p"),
        ("a" * 300 + "b", place(300, 301), "…" + "a" * AROUND + "[b]"),
    ],
)
def test_excerpts(text: str, finding: dict[str, Any], shown: str) -> None:
    assert "".join(f"[{p.text}]" if p.marked else p.text for p in excerpt(text, finding)) == shown


def test_a_long_place_is_cut_and_a_finding_of_a_whole_row_has_none() -> None:
    parts = excerpt("x" * 10_000, place(0, 10_000))
    assert sum(len(part.text) for part in parts) <= LONGEST + 2
    assert parts[-1].text.endswith("…")
    assert excerpt("text", {"start": None, "end": None, "evidence": {}}) == []


def test_personal_data_is_covered_in_place() -> None:
    text = f"Write to {MAIL} with {KEY}."
    shown = covered(text)
    assert len(shown) == len(text)
    assert MAIL not in shown
    assert KEY not in shown
    assert shown.startswith("Write to •")


def test_the_command_writes_it(tmp_path: Path) -> None:
    rows = [{"instruction": f"What is {n}?", "input": "", "output": f"It is {n}."} for n in range(5)]
    rows.append({"instruction": "Who?", "input": "", "output": f"<b>Anna</b> &amp; {MAIL}, with {KEY}."})
    path = tmp_path / "train.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    ran = ftui("check", path, "--format", "html", "--output", tmp_path / "report.html", "--select", "ART,PII")
    assert ran.code == 1
    text = (tmp_path / "report.html").read_text()
    made = Page(text)
    assert made.open == []
    assert "<b>" in made.marked
    assert MAIL not in text
    assert KEY not in text
