"""What the terminal shows is the same with the differ as without, for fewer bytes."""

from __future__ import annotations

import pyte
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from ftui.tui.cell_diff import Grid

WIDTH, HEIGHT = 20, 4
STYLES = [
    Style.parse(name)
    for name in (
        "none", "bold", "bold red", "underline #87afff", "#d0d0d0 on #12161c", "#626262 on #12161c",
        "reverse", "on #23456e", "bold #d0d0d0 on #23456e", "underline on #23456e", "italic bright_blue on default",
        "strike", "#0a0a0a",
    )
]  # fmt: skip


@st.composite
def strips(draw: st.DrawFn) -> Strip:
    """A line of exactly WIDTH cells in any styles."""
    segments: list[Segment] = []
    room = WIDTH
    while room > 0:
        text = draw(st.text("ab  ✖…日語é", min_size=1, max_size=12))
        strip = Strip([Segment(text)]).crop(0, room)
        segments.append(Segment(strip.text, draw(st.sampled_from(STYLES))))
        room -= strip.cell_length
    return Strip(segments).adjust_cell_length(WIDTH)


frames = st.lists(st.dictionaries(st.integers(0, HEIGHT - 1), strips()), min_size=1, max_size=6)


def screen_of(*writes: str) -> list[list[pyte.screens.Char]]:
    """What a terminal shows after some writes, a space's text colour left out."""
    screen = pyte.Screen(WIDTH, HEIGHT)
    stream = pyte.Stream(screen)
    for write in writes:
        stream.feed(write)
    return [[_seen(screen.buffer[y][x]) for x in range(WIDTH)] for y in range(HEIGHT)]


def _seen(char: pyte.screens.Char) -> pyte.screens.Char:
    if char.data != " " or char.reverse or char.underscore or char.strikethrough:
        return char
    return char._replace(fg="default", bold=False, italics=False)


def naive(y: int, strip: Strip) -> str:
    """A line written as Textual does."""
    parts = [
        style.render(text, color_system=ColorSystem.TRUECOLOR) if style else text
        for text, style, _ in strip._segments
    ]
    return f"\x1b[{y + 1};1H" + "".join(parts)


@given(frames)
def test_the_screen_is_what_full_repaints_give(drawn: list[dict[int, Strip]]) -> None:
    grid = Grid(WIDTH, HEIGHT, ColorSystem.TRUECOLOR)
    differences: list[str] = []
    repaints: list[str] = []
    for frame in drawn:
        differences.append(grid.update((0, y, strip) for y, strip in frame.items()))
        repaints += [naive(y, strip) for y, strip in frame.items()]
        assert screen_of(*differences) == screen_of(*repaints)


@given(frames)
def test_a_frame_drawn_twice_costs_nothing_the_second_time(drawn: list[dict[int, Strip]]) -> None:
    grid = Grid(WIDTH, HEIGHT, ColorSystem.TRUECOLOR)
    for frame in drawn:
        grid.update((0, y, strip) for y, strip in frame.items())
        assert grid.update((0, y, strip) for y, strip in frame.items()) == ""


def test_one_changed_letter_is_one_letter_and_its_place() -> None:
    grid = Grid(WIDTH, HEIGHT, ColorSystem.TRUECOLOR)
    grid.update(iter([(0, 1, Strip([Segment("hello world".ljust(WIDTH))]))]))
    assert grid.update(iter([(0, 1, Strip([Segment("hello_world".ljust(WIDTH))]))])) == "\x1b[2;6H_\x1b[0m"


def test_colours_of_the_cube_are_named_by_number() -> None:
    grid = Grid(WIDTH, HEIGHT, ColorSystem.TRUECOLOR)
    drawn = grid.update(iter([(0, 0, Strip([Segment("x" * WIDTH, Style.parse("#d0d0d0 on #12161c"))]))]))
    assert drawn.startswith("\x1b[1;1H\x1b[38;5;252;48;2;18;22;28mx")
    plain = Grid(WIDTH, HEIGHT, None)
    assert plain.update(iter([(0, 0, Strip([Segment("x", Style.parse("red"))]))])) == "\x1b[1;1Hx\x1b[0m"


def test_half_a_wide_character_is_never_written() -> None:
    grid = Grid(WIDTH, HEIGHT, ColorSystem.TRUECOLOR)
    grid.update(iter([(0, 0, Strip([Segment("日本語".ljust(WIDTH - 3))]))]))
    changed = grid.update(iter([(0, 0, Strip([Segment("日木語".ljust(WIDTH - 3))]))]))
    assert changed == "\x1b[1;3H木\x1b[0m"
