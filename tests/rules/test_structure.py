"""Family FMT on rows made for it: each rule with its field, span, severity and fix, and what must stay quiet."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftui.dataset import field_path
from ftui.dataset.layouts import find_layout
from ftui.dataset.record import Parsed, Problem
from ftui.project.settings import Project, Stop
from ftui.rules.chunk import Chunk
from ftui.rules.rule import ChunkInfo, Combined, Context, FileInfo, Finding, Place, Row
from ftui.rules.stop_signal.end_marker import Ending
from ftui.rules.structure.family import FAMILY
from tests.rules.checked_files import check


class Checked:
    """A small file, checked as the engine checks it."""

    def __init__(self, rows: list[Any], marker: str | None = None, layout: str | None = None) -> None:
        self.parsed = [row if isinstance(row, Parsed) else Parsed(row) for row in rows]
        found = find_layout([p.value for p in self.parsed if p.value is not None], layout)
        examples = [None if p.value is None else found.example(p.value) for p in self.parsed]
        self.chunk = Chunk(0, "train", 0, self.parsed, examples)
        files = (FileInfo("f", found.name, (("train", 0, len(rows)),), len(rows)),)
        bare = Context(Project(Path(), stop=Stop(marker)), files)
        self.context = Context(bare.project, files, surveys={"FMT": FAMILY.survey([self.chunk], bare)})
        partial = pickle.loads(pickle.dumps(FAMILY.map(self.chunk, self.context)))  # noqa: S301 - as workers do
        info = ChunkInfo(0, "train", 0, len(rows))
        self.combined: Combined = FAMILY.combine([(info, partial)], self.context)

    def findings(self, row: int = 0) -> list[Finding]:
        """The exact findings of one row."""
        place = Place(0, "train", row)
        return FAMILY.inspect(
            Row(place, self.parsed[row], self.chunk.examples[row]), self.combined.state, self.context
        )

    @property
    def hits(self) -> dict[str, list[int]]:
        """Rule code to rows."""
        return {code: rows.tolist() for code, rows in self.combined.hits[0].items()}


def chat(*turns: tuple[str, Any]) -> dict[str, Any]:
    return {"messages": [{"role": role, "content": content} for role, content in turns]}


def alpaca(instruction: Any = "q", output: Any = "a", given: Any = "") -> dict[str, Any]:
    return {"instruction": instruction, "input": given, "output": output}


def one(row: Any, **more: Any) -> Finding:
    """The only finding of a file with one row."""
    found = Checked([row], **more).findings()
    assert len(found) == 1, found
    return found[0]


GOOD = chat(("system", "s"), ("user", "q"), ("assistant", "a"))


def mend(row: Any, finding: Finding) -> Any:
    """The row with the finding's edits applied."""
    assert finding.fix is not None
    text = field_path.get(row, finding.field)
    for edit in sorted(finding.fix.edits, key=lambda e: -e.start):
        assert edit.field == finding.field
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def test_clean_rows_have_no_findings() -> None:
    checked = Checked([GOOD, GOOD, chat(("user", "q"), ("assistant", "a"))])
    assert checked.hits == {}
    assert checked.combined.counts == {}
    assert [checked.findings(row) for row in range(3)] == [[], [], []]


@pytest.mark.parametrize(
    ("kind", "fatal", "severity", "safety"),
    [
        ("bad-json", True, "error", "unsafe"),
        ("not-an-object", True, "error", "unsafe"),
        ("nan", False, "warning", None),
        ("duplicate-keys", False, "warning", None),
        ("byte-order-mark", False, "info", None),
    ],
)
def test_unreadable_lines(kind: Any, fatal: bool, severity: str, safety: str | None) -> None:
    parsed = Parsed(None if fatal else GOOD, (Problem(kind, "what is wrong", fatal),))
    checked = Checked([GOOD, parsed, GOOD])
    (finding,) = checked.findings(1)
    assert (finding.code, finding.severity, finding.message) == ("FMT001", severity, "what is wrong")
    assert (finding.fix.safety if finding.fix else None) == safety
    assert checked.hits == {"FMT001": [1]}
    assert checked.combined.severities == {"FMT001": {severity: 1}}


def test_an_array_among_objects_is_one_fault() -> None:
    array = Parsed(["a", "b"], (Problem("not-an-object", "an array, not an object", True),))
    assert [f.code for f in Checked([GOOD, array]).findings(1)] == ["FMT001"]


def test_evidence_of_an_unreadable_line_shows_the_place_without_control_characters() -> None:
    raw = b'{"instruction": "' + b"x" * 90 + b'", "output": \x1b[31m oops, "input": ""}' + b" " * 50
    parsed = Parsed(None, (Problem("bad-json", "not JSON: expecting value, byte 120", True),))
    checked = Checked([GOOD, parsed])
    (finding,) = FAMILY.inspect(Row(Place(0, "", 1), parsed, None, raw), {}, checked.context)
    assert "\\u001b[31m oops" in finding.evidence["around"]
    assert finding.evidence["around"].startswith("…")
    assert len(finding.evidence["around"]) < 100


def test_half_surrogates_and_line_separators_are_pointed_at_and_replaced() -> None:
    row = alpaca(output="smile \ud83d and \u2028 go")
    problems = (Problem("lone-surrogate", "half", False), Problem("line-separator", "U+2028", False))
    first, second = Checked([Parsed(row, problems)]).findings()
    assert (first.field, first.start, first.end, first.severity) == ("output", 6, 7, "warning")
    assert mend(row, first) == "smile \ufffd and \u2028 go"
    assert (second.start, second.severity, mend(row, second)) == (12, "info", "smile \ud83d and \n go")


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        ({"instruction": "q", "input": "", "output": "a"}, "FMT002", ""),
        ({"id": 3, "text": "alone"}, "FMT003", "messages"),
        (chat(("user", 3), ("assistant", "a")), "FMT003", "messages[0].content"),
        (chat(("user", "q"), ("assistant", "a"), ("assistant", "b")), "FMT006", "messages[2].role"),
        (chat(("user", "q"), ("bot", "a")), "FMT007", "messages[1].role"),
        (chat(("user", None), ("assistant", "a")), "FMT004", "messages[0].content"),
        (chat(("user", "q"), ("assistant", None)), "FMT005", "messages[1].content"),
    ],
)
def test_faults_of_shape_come_from_the_layout(row: Any, code: str, field: str) -> None:
    checked = Checked([GOOD, GOOD, row])
    assert [(f.code, f.field) for f in checked.findings(2)] == [(code, field)]
    assert checked.hits == {code: [2]}


def test_severities_of_bad_order_differ() -> None:
    rows = [
        chat(("assistant", "hello"), ("user", "q"), ("assistant", "a")),
        chat(("user", "q"), ("user", "r"), ("assistant", "a")),
        chat(("user", "q"), ("assistant", "a"), ("user", "r")),
    ]
    assert Checked(rows).combined.severities == {"FMT006": {"info": 1, "warning": 1, "error": 1}}


@pytest.mark.parametrize(
    ("role", "meant", "safety"),
    [("Assistant ", "assistant", "safe"), ("bot", "assistant", "safe"), ("agent", "assistant", "unsafe")],
)
def test_unknown_roles_are_mended(role: str, meant: str, safety: str) -> None:
    row = chat(("user", "q"), (role, "a"))
    finding = one(row, layout="messages")
    assert (finding.start, finding.end) == (0, len(role))
    assert finding.fix is not None
    assert (mend(row, finding), finding.fix.safety) == (meant, safety)
    assert one(chat(("user", "q"), ("hayrick", "a"))).fix is None


def test_unknown_sharegpt_role_becomes_a_sharegpt_word() -> None:
    row = {"conversations": [{"from": "customer", "value": "q"}, {"from": "gpt", "value": "a"}]}
    assert mend(row, one(row)) == "human"


@pytest.mark.parametrize(
    ("row", "field", "marker"),
    [
        (alpaca(" \n", "a", ""), "instruction", None),
        (alpaca("\u200b\u00a0", "a", "\u3000"), "instruction", None),
        (chat(("user", ""), ("assistant", "a")), "messages[0].content", None),
        (
            chat(("user", "q"), ("assistant", "a"), ("user", " "), ("assistant", "b")),
            "messages[2].content",
            None,
        ),
        ({"text": "", "label": "x"}, "text", None),
        (
            {"chosen": "\n\nHuman: \n\nAssistant: a", "rejected": "\n\nHuman: \n\nAssistant: b"},
            "chosen",
            None,
        ),
    ],
)
def test_empty_prompts(row: Any, field: str, marker: str | None) -> None:
    checked = Checked([row], marker)
    codes = [(f.code, f.field) for f in checked.findings() if f.code != "FMT011"]
    assert codes == [("FMT004", field)]
    assert checked.hits["FMT004"] == [0]


@pytest.mark.parametrize(
    ("row", "field", "marker"),
    [
        (alpaca("q", ""), "output", None),
        (alpaca("q", " \u200b\n"), "output", None),
        (alpaca("q", "\n### End\n"), "output", "### End"),
        (chat(("user", "q"), ("assistant", "### End")), "messages[1].content", "### End"),
        (
            chat(("user", "q"), ("assistant", [{"type": "text", "text": " "}])),
            "messages[1].content[0].text",
            None,
        ),
        ({"prompt": "q", "chosen": "a", "rejected": ""}, "rejected", None),
        ({"text": "q", "label": " "}, "label", None),
        (["q", ""], "[1]", None),
        (alpaca("q", "### End\n### End\u200b"), "output", "### End"),
        (alpaca("q", "### End" * 20), "output", "### End"),
        ({"text": ""}, "text", None),
        (
            {"chosen": "\n\nHuman: q\n\nAssistant:", "rejected": "\n\nHuman: q\n\nAssistant: b"},
            "chosen",
            None,
        ),
    ],
)
def test_empty_answers(row: Any, field: str, marker: str | None) -> None:
    checked = Checked([row], marker)
    (finding,) = [f for f in checked.findings() if f.code != "FMT011"]
    assert (finding.code, finding.field) == ("FMT005", field)
    assert finding.fix is not None
    assert (finding.fix.kind, finding.fix.safety) == ("remove", "unsafe")
    assert checked.hits["FMT005"] == [0]


CALL = [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]


@pytest.mark.parametrize(
    "row",
    [
        alpaca("q", "a", ""),
        alpaca("", "a", "all of it stands in the input"),
        {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "", "tool_calls": CALL}]},
        {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": None, "tool_calls": CALL}]},
        chat(("user", [{"type": "image_url", "image_url": {}}, {"type": "text", "text": ""}]), ("assistant", "a")),
        chat(("user", "q"), ("assistant", [{"type": "text", "text": ""}, {"type": "text", "text": "a"}])),
        {"prompt": "q", "chosen": "a", "rejected": "b"},
        {"question": "q", "context": "", "answer": "a"},
        {"message_id": "1", "text": "q", "summary": ""},
        {"task": "q", "target": "### Ending"},
    ],
)  # fmt: skip
def test_what_is_not_empty(row: Any) -> None:
    checked = Checked([row], "### End")
    assert [f for f in checked.findings() if f.code in ("FMT004", "FMT005")] == []


@pytest.mark.parametrize(
    ("prompt", "answer", "shown"),
    [
        ("q", "Hello, I am {{name}}.", "{{name}}"),
        ("q", "TODO: write answer\n### End", "TODO"),
        ("q", "See [INSERT LINK HERE] for more.\n### End", "[INSERT LINK HERE]"),
        ("q", "<your answer>", "<your answer>"),
        ("q", "N/A\n### End", "N/A"),
        ("q", "...", "..."),
        ("q", "xxx", "xxx"),
        ("q", "nan", "nan"),
        ("q", "Lorem ipsum dolor sit amet.", "Lorem ipsum dolor"),
        ("q", "Placeholder", "Placeholder"),
        ("Write to {{customer_name}} at once.", "Done.", "{{customer_name}}"),
    ],
)
def test_placeholders(prompt: str, answer: str, shown: str) -> None:
    checked = Checked([alpaca(prompt, answer)], "### End")
    assert [f.evidence["placeholder"] for f in checked.findings() if f.code == "FMT010"] == [shown]
    assert checked.hits["FMT010"] == [0]
    finding = next(f for f in checked.findings() if f.code == "FMT010")
    text = field_path.get(checked.parsed[0].value, finding.field)
    assert text[finding.start : finding.end].startswith(shown)
    assert (finding.fix is not None) == (answer.removesuffix("\n### End") == shown)


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        ("How do I print a variable in Jinja?", "Write {{ name }} where the value goes."),
        ("How do I print a name?", "Use a block:\n```jinja\n{{ name }}\n```"),
        ("How do I print a name?", "Write `{{ name }}` there."),
        ("Write a letter template.", "Dear [INSERT NAME HERE],"),
        ("How do I leave?", "Press Escape (insert mode ends), then type :q."),
        ("When is it?", "The date is TBD."),
        ("What is on my list?", "todo: milk, bread"),
        ("How many words has 'Lorem ipsum dolor sit amet'?", "Five."),
        ("What is 0/0?", "NaN"),
        ("Fractions?", r"Use \frac{{a}}{{b}} here."),
        ("...", "Are you still there?"),
        ("What is XML?", "It has tags such as <answer>."),
        ("Add a note.", "```python\n# TODO: rename\nx = 1\n```"),
    ],
)
def test_what_is_no_placeholder(prompt: str, answer: str) -> None:
    checked = Checked([alpaca(prompt, answer)])
    assert [f for f in checked.findings() if f.code == "FMT010"] == []
    assert "FMT010" not in checked.hits


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("answer ", "answer"),
        ("\n\nanswer", "answer"),
        (" \u00a0answer\u200b\r\n", "answer"),
        ("\ufeffanswer", "answer"),
        ("\n    def f():\n        pass\n", "    def f():\n        pass"),
    ],
)
def test_stray_whitespace(text: str, mended: str) -> None:
    row = alpaca("q", text)
    finding = one(row)
    assert (finding.code, finding.field) == ("FMT011", "output")
    assert finding.fix is not None
    assert finding.fix.safety == "safe"
    assert mend(row, finding) == mended
    assert Checked([alpaca("q", mended)]).findings() == []


@pytest.mark.parametrize(
    "row",
    [
        alpaca("q", "    for x in y:\n        pass"),
        alpaca("q", "\u0645\u0631\u062d\u0628\u0627\u200f"),
        alpaca("q", "👩\u200d🚀"),
        chat(("user", [{"type": "text", "text": "one "}, {"type": "text", "text": " two"}]), ("assistant", "a")),
        {"messages": [{"role": "user", "content": "q"}, {"role": "tool", "content": " 42\n"}, *GOOD["messages"][2:]]},
    ],
)  # fmt: skip
def test_white_space_that_belongs_there(row: Any) -> None:
    assert [f for f in Checked([row]).findings() if f.code == "FMT011"] == []


def test_conventions_stay_quiet_and_others_are_brought_to_them() -> None:
    rows = [{"prompt": "q\n\n###\n\n", "completion": f" answer {i}\n"} for i in range(19)]
    checked = Checked([*rows, {"prompt": "q\n\n###\n\n", "completion": "  odd \n"}])
    assert checked.hits == {"FMT011": [19]}
    (finding,) = checked.findings(19)
    assert mend(checked.parsed[19].value, finding) == " odd\n"
    assert Checked([*rows, {"prompt": "q\n\n###\n\n", "completion": "plain"}]).hits == {}


def test_few_rows_make_no_convention() -> None:
    assert Checked([alpaca("q", "a\n")] * 3).hits == {"FMT011": [0, 1, 2]}


def test_half_of_the_rows_make_no_convention() -> None:
    rows = [alpaca("q", "a\n" if i % 2 else "a") for i in range(20)]
    assert Checked(rows).hits == {"FMT011": list(range(1, 20, 2))}


def test_indented_answers_keep_their_indentation() -> None:
    rows = [{"prompt": "q", "completion": f"    return {i}"} for i in range(20)]
    checked = Checked([*rows, {"prompt": "q", "completion": "\n        return 3"}])
    assert checked.hits == {"FMT011": [20]}
    assert mend(checked.parsed[20].value, checked.findings(20)[0]) == "        return 3"


def test_an_input_of_spaces_only() -> None:
    row = alpaca("q", "a", "  ")
    assert (one(row).code, mend(row, one(row))) == ("FMT011", "")


def test_counts_are_findings_and_rows_stand_once() -> None:
    checked = Checked(
        [chat(("user", " q"), ("assistant", "a ")), GOOD, chat(("user", "q "), ("assistant", "a"))]
    )
    assert checked.hits == {"FMT011": [0, 2]}
    assert checked.combined.counts == {"FMT011": 3}
    assert checked.combined.hits[0]["FMT011"].dtype == np.int64


def test_partials_of_two_files_are_put_together() -> None:
    row = Parsed(alpaca("q", "a "))
    layout = find_layout([row.value])  # type: ignore[list-item]
    files = tuple(FileInfo(name, "alpaca", (("train", 0, 9),), 9) for name in "ab")
    context = Context(Project(Path()), files)
    pairs = []
    for file, first in ((0, 0), (0, 4), (1, 2)):
        chunk = Chunk(file, "train", first, [row], [layout.example(row.value)])  # type: ignore[arg-type]
        pairs.append((ChunkInfo(file, "train", first, 1), FAMILY.map(chunk, context)))
    combined = FAMILY.combine(pairs, context)
    assert [hits["FMT011"].tolist() for hits in combined.hits] == [[0, 4], [2]]


def test_marker_found_by_the_survey_counts() -> None:
    base = Checked([alpaca("q", "<END>")])
    context = Context(base.context.project, base.context.files, surveys={"STP": Ending("<END>")})
    assert [
        f.code
        for f in FAMILY.inspect(Row(Place(0, "", 0), base.parsed[0], base.chunk.examples[0]), {}, context)
    ] == ["FMT005"]


def test_pages_are_complete() -> None:
    for rule in FAMILY.rules:
        for part in (rule.summary, rule.why, rule.example, rule.remedy, rule.certainty):
            assert len(part) > 30, rule.code
        assert rule.summary.endswith(".")


TEXTS = st.lists(
    st.sampled_from(
        ["a", " ", "\n", "\t", "\u00a0", "\u200b", "\ufeff", "TODO", "{{x}}", "...", "### End", "`", "N/A"]
    ),
    max_size=5,
).map("".join)
ROWS = st.one_of(
    st.builds(alpaca, TEXTS, TEXTS, TEXTS),
    st.builds(lambda q, a: chat(("user", q), ("assistant", a)), TEXTS, TEXTS),
    st.builds(lambda q, a: {"text": q, "label": a}, TEXTS, TEXTS),
    st.builds(lambda a, b: {"chosen": a, "rejected": b}, TEXTS, TEXTS),
)


@given(rows=st.lists(ROWS, min_size=1, max_size=12), marker=st.sampled_from([None, "### End"]))
@settings(max_examples=150, deadline=None)
def test_the_vectorised_half_misses_nothing(rows: list[Any], marker: str | None) -> None:
    checked = Checked(rows, marker)
    expected: dict[str, list[int]] = {}
    for row in range(len(rows)):
        for code in {finding.code for finding in checked.findings(row)}:
            expected.setdefault(code, []).append(row)
    assert checked.hits == expected


@given(text=TEXTS, answer=TEXTS)
@settings(max_examples=150, deadline=None)
def test_stripping_is_stable(text: str, answer: str) -> None:
    row = alpaca(text, answer)
    for finding in Checked([row]).findings():
        if finding.code == "FMT011":
            row = {**row, finding.field: mend(row, finding)}
    assert not [f for f in Checked([row]).findings() if f.code == "FMT011"]


def test_the_texts_of_a_list_keep_their_indentation(tmp_path: Path) -> None:
    lines = ["def twice(x):", "    return 2 * x", "    # all "]
    row = {"context": lines, "question": "What does it do?", "answer": "It doubles. "}
    done = check(tmp_path, {"train": [row]}, "FMT011")
    assert [each.field for each in done.inspect(0, 0)] == ["answer"]
