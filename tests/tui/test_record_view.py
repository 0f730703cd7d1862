"""The record: roles, spans, code, long texts, bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftui.tui.app import FtuiApp
from ftui.tui.desk import syntax
from ftui.tui.desk.record_lines import FIRST
from tests.tui.desk import opened, settle, shown, spot, write_rows

CHAT = {
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "How do I print in Python?\n\nWith an example."},
        {
            "role": "assistant",
            "content": "Like this:\n```python\n# hello\nprint('hi')  \n```\nThat is all.\tEnd\u00a0.",
        },
    ]
}


def drawn(app: FtuiApp, y: int) -> list[tuple[str, object]]:
    return [(segment.text, segment.style) for segment in app.desk.record.render_line(y)._segments]


async def test_roles_stand_over_their_texts(tmp_path: Path) -> None:
    app = opened(write_rows(tmp_path / "train.jsonl", [CHAT]))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        lines = [line.strip() for line in shown(app, "#record")]
        assert lines[1].startswith("system  messages[0].content")
        assert lines[2] == "Be brief."
        assert lines.index("With an example.") == lines.index("How do I print in Python?") + 2
        assert app.desk.record.active_field == "messages[2].content"


async def test_code_has_colours(tmp_path: Path) -> None:
    app = opened(write_rows(tmp_path / "train.jsonl", [CHAT]))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        y = next(i for i, line in enumerate(shown(app, "#record")) if "print(" in line)
        styles = dict(drawn(app, y))
        assert any(
            "'hi'" in text and style.color == app.palette.code_string.color for text, style in styles.items()
        )  # type: ignore[attr-defined]


async def test_findings_are_underlined_and_marked(tmp_path: Path) -> None:
    found = spot("STP001", "no end marker", "messages[2].content", 0, 4)
    app = opened(write_rows(tmp_path / "train.jsonl", [CHAT]), spots={(0, 0): [found]})
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        lines = shown(app, "#record")
        assert "✖ STP001  no end marker" in lines[1]
        y = next(i for i, line in enumerate(lines) if "Like this:" in line)
        segments = drawn(app, y)
        assert segments[0][0].strip() == "✖"
        assert [text for text, style in segments if style.underline] == ["Like"]  # type: ignore[attr-defined]


async def test_an_empty_span_marks_the_character_before(tmp_path: Path) -> None:
    end = len(CHAT["messages"][2]["content"])
    found = spot("STP001", "no end marker", "messages[2].content", end, end)
    app = opened(write_rows(tmp_path / "train.jsonl", [CHAT]), spots={(0, 0): [found]})
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        y = next(i for i, line in enumerate(shown(app, "#record")) if "That is all." in line)
        assert [text for text, style in drawn(app, y) if style.underline] == ["."]  # type: ignore[attr-defined]


async def test_invisible_characters_on_demand(tmp_path: Path) -> None:
    app = opened(write_rows(tmp_path / "train.jsonl", [CHAT]))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert not any("·" in line for line in shown(app, "#record")[1:])
        await pilot.press("w")
        lines = "\n".join(shown(app, "#record"))
        assert "print('hi')··⏎" in lines
        assert "That·is·all.⇥   End⍽." in lines


async def test_the_bytes_of_the_row(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_bytes(b'{"prompt": "a",   "completion": "b\xff"}\n')
    app = opened(path)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("b")
        assert '{"prompt": "a",   "completion": "b\\xff"}' in "\n".join(shown(app, "#record"))


async def test_a_text_of_10_mb_is_laid_out_as_far_as_somebody_scrolls(tmp_path: Path) -> None:
    row = {"prompt": "Short?", "completion": "word " * 2_000_000}
    app = opened(write_rows(tmp_path / "train.jsonl", [row, row]))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        record = app.desk.record
        assert record._lines is not None
        assert record._lines.made() < 100
        await pilot.press("tab", "G")
        assert record._lines.cap(1) == FIRST * 4
        await pilot.press("G")
        assert record._lines.cap(1) == FIRST * 16
        assert any("word word" in line for line in shown(app, "#record"))


async def test_a_finding_far_down_is_brought_into_sight(tmp_path: Path) -> None:
    text = "\n".join(f"line {i}" for i in range(20_000)) + "\n  the fault"
    found = spot("FMT011", "stray", "completion", text.index("the fault"), len(text))
    app = opened(
        write_rows(tmp_path / "train.jsonl", [{"prompt": "a", "completion": text}]), spots={(0, 0): [found]}
    )
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert "the fault" not in "\n".join(shown(app, "#record"))
        app.desk.record.reveal(found)
        await pilot.pause()
        assert "the fault" in "\n".join(shown(app, "#record"))


async def test_a_row_without_texts_is_shown_as_it_stands(tmp_path: Path) -> None:
    app = opened(write_rows(tmp_path / "train.jsonl", [CHAT, {"id": 7}]))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("down")
        assert '{"id": 7}' in "\n".join(shown(app, "#record"))


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("python", "def f(): 'ä' #", [("def", "keyword"), ("f", "function"), ("'ä'", "string"), ("#", "comment")]),
        ("json", '{"a": [1, true]}', [('"a"', "type"), ("1", "number"), ("true", "number")]),
        ("bash", "echo hi", [("echo", "function")]),
        ("sql", "SELECT 1", [("SELECT", "keyword"), ("1", "number")]),
        ("yaml", "a: 1", [("1", "number")]),
        ("toml", "a = 1", [("a", "type"), ("1", "number")]),
        ("html", "<p>x</p>", [("p", "keyword"), ("p", "keyword")]),
        ("css", "a { width: 3px }", [("a", "keyword"), ("width", "type"), ("3px", "number")]),
        ("js", "const a = 1", [("const", "keyword"), ("1", "number")]),
        ("klingon", "Qapla'", []),
    ],
)  # fmt: skip
def test_grammars(language: str, code: str, expected: list[tuple[str, str]]) -> None:
    assert [
        (code[span.start : span.end], span.token) for span in syntax.highlight(code, language)
    ] == expected


def test_fences() -> None:
    text = "a\n```python\nx\n```\nb\n~~~\ny\n```\nz"
    assert [(text[f.start : f.end], f.language) for f in syntax.fences(text, len(text))] == [
        ("x\n", "python"),
        ("y\n```\nz", ""),
    ]
    assert syntax.highlight("x" * (syntax.LIMIT + 1), "python") == ()
