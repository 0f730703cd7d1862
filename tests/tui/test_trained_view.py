"""`T`: the row as training reads it, from a real worker; what is trained on is marked, without colour too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ftui.project.settings import Model, Project, Training
from ftui.tui.desk.trained_text import MARK, TrainedText
from tests.tui.working_desk import Work, lines, working

TEMPLATE = "### Instruction:\n{prompt}\n### Response:\n{answer}</s>"
CHAT = (
    "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
ROWS = [
    {"instruction": "Name a colour.", "input": "", "output": "Blue.\nOr green."},
    {"instruction": "Name a fruit.", "input": "", "output": "A pear."},
]


def record(work: Work) -> list[str]:
    return work.text("#record").splitlines()


async def rendered(work: Work) -> None:
    await work.until(lambda: work.desk.record.rendering is not None, "the rendered row")
    await work.pilot.pause()


def templated(folder: Path) -> Project:
    return Project(folder, training=replace(Training(), template=TEMPLATE))


async def test_what_is_trained_on_has_a_mark(tmp_path: Path) -> None:
    data = lines(tmp_path / "train.jsonl", ROWS)
    async with working(data, project=templated(tmp_path)) as work:
        await work.press("T")
        await rendered(work)
        shown = record(work)
        assert "as training reads it" in shown[0]
        assert any("template under [training]" in line for line in shown)
        assert any("of " in line and "tokens (estimate" in line for line in shown)
        marked = [line.strip() for line in shown if line.startswith(f" {MARK}")]
        assert marked == [f"{MARK} Blue.", f"{MARK} Or green.</s>"]
        assert any(line.strip() == "### Response:" for line in shown)
        place = work.desk.table.place
        await work.press("down")
        assert work.desk.table.place != place
        await rendered(work)
        assert any(f"{MARK} A pear.</s>" in line for line in record(work))
        await work.press("T")
        assert any(line.strip() == "A pear." for line in record(work))
        assert work.desk.record.rendering is None


async def test_an_edit_is_rendered_anew(tmp_path: Path) -> None:
    data = lines(tmp_path / "train.jsonl", ROWS)
    async with working(data, project=templated(tmp_path)) as work:
        await work.press("T")
        await rendered(work)
        work.app.session.set_text(0, 0, "output", "Red.")
        await work.until(lambda: any(f"{MARK} Red.</s>" in line for line in record(work)), "the new text")


async def test_a_chat_template_renders_the_row(tmp_path: Path) -> None:
    chat = {
        "messages": [
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": "Hello."},
            {"role": "user", "content": "Bye"},
            {"role": "assistant", "content": "See you."},
        ]
    }
    data = lines(tmp_path / "train.jsonl", [chat])
    (tmp_path / "chat.jinja").write_text(CHAT)
    settings = Project(tmp_path, model=replace(Model(), chat_template=tmp_path / "chat.jinja"))
    async with working(data, project=settings) as work:
        await work.press("T")
        await rendered(work)
        marked = [line[3:].strip() for line in record(work) if line.startswith(f" {MARK}")]
        assert marked == ["<|assistant|>Hello.<|end|>", "<|assistant|>See you.<|end|>"]
        # On a line that is masked in part, the trained part is underlined.
        y = next(y for y, line in enumerate(record(work)) if "Hello." in line)
        segments = work.desk.record.render_line(y)._segments
        underlined = "".join(each.text for each in segments if each.style and each.style.underline)
        assert underlined == "Hello.<|end|>"


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_without_a_template_it_says_what_to_set(tmp_path: Path, size: tuple[int, int]) -> None:
    data = lines(tmp_path / "train.jsonl", ROWS)
    async with working(data, project=Project(tmp_path), size=size) as work:
        await work.press("T")
        await rendered(work)
        said = " ".join(line.strip() for line in record(work))
        assert "No template is set" in said
        assert "template under [training]" in said
        assert "ftui.toml" in said
        await work.press("y")
        await work.told("characters")


async def test_a_row_that_cannot_be_read(tmp_path: Path) -> None:
    data = tmp_path / "train.jsonl"
    data.write_text('{"instruction": "a", "input": "", "output": "b"}\n{"instruction": \n')
    async with working(data, project=templated(tmp_path)) as work:
        await work.press("T", "down")
        await rendered(work)
        assert any("cannot be read" in line for line in record(work))


def test_every_second_token_is_bold(tmp_path: Path) -> None:
    from ftui.project.locations import packaged_dir
    from ftui.tui.themes import read_theme

    look = read_theme(packaged_dir("themes") / "ftui-dark.toml")
    text = TrainedText("one two three", [(4, 13)], borders=[3, 7, 13])
    mark, styles = text.styles(0, 13, look.palette, borders=True)
    assert mark.strip() == MARK
    assert "".join("b" if style.bold else "." for style in styles) == "...bbbb......"
    assert "".join("u" if style.underline else "." for style in styles) == "....uuuuuuuuu"
    assert text.styles(0, 3, look.palette)[0] == ""
