"""Send the terminal only the cells that changed.

Textual repaints whole lines of a widget: one letter typed in a 120x40 editor wrote 14,480 bytes for 80 changed cells.
Here the frame that Textual made is compared with a model of what the terminal shows, and only the difference is
written, with the shortest style changes: 216 bytes for the same letter. Private names of Textual are used
(`App._display`, the compositor's updates), so the minor version is pinned and `tests/tui/test_terminal.py` compares
both ways of drawing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from rich.cells import split_graphemes
from rich.color import ColorSystem
from rich.color_triplet import ColorTriplet
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import App

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
    from textual.screen import Screen
    from textual.strip import Strip

GAP = 5
"""Unchanged cells between two changed ones that are cheaper to write than to jump over (`ESC[12;34H`: 8 bytes)."""
LEVELS = (0, 95, 135, 175, 215, 255)
"""What each of red, green and blue can be in the 256-colour cube."""
UNKNOWN = -1
PLAIN = Style()


INKED = frozenset({"4", "5", "7", "9", "21", "53"})
"""Attributes that show on a space."""


class Paint(NamedTuple):
    """The SGR codes of a style: what is switched on, the text colour, the background."""

    attributes: frozenset[str]
    foreground: str
    background: str

    @classmethod
    def of(cls, style: Style, system: ColorSystem | None) -> Paint:
        """The codes for a terminal with these colours."""
        return cls(frozenset(_attributes(style)), _colour(style, system, True), _colour(style, system, False))

    @property
    def blank(self) -> Paint:
        """What is left of it on a space."""
        if self.attributes & INKED:
            return self
        return Paint(frozenset(), "", self.background)

    def for_space(self, blank: Paint) -> Paint:
        """The nearest style to this one in which a space looks as in `blank`: only the background has to be right."""
        return blank if self.attributes & INKED else self._replace(background=blank.background)


def _attributes(style: Style) -> Iterator[str]:
    for code, on in (
        ("1", style.bold),
        ("2", style.dim),
        ("3", style.italic),
        ("4", style.underline),
        ("5", style.blink or style.blink2),
        ("7", style.reverse),
        ("8", style.conceal),
        ("9", style.strike),
        ("21", style.underline2),
        ("53", style.overline),
    ):
        if on:
            yield code


def _colour(style: Style, system: ColorSystem | None, foreground: bool) -> str:
    colour = style.color if foreground else style.bgcolor
    if colour is None or system is None or colour.is_default:
        return ""
    number = _indexed(colour.triplet) if colour.triplet and system is ColorSystem.TRUECOLOR else None
    if number is not None:
        return f"{38 if foreground else 48};5;{number}"
    return ";".join(colour.downgrade(system).get_ansi_codes(foreground))


def _indexed(colour: ColorTriplet) -> int | None:
    """The number of a colour that the 256-colour cube or its greys hold exactly: up to 8 bytes shorter to name."""
    red, green, blue = colour
    if red == green == blue and red >= 8 and (red - 8) % 10 == 0 and red <= 238:
        return 232 + (red - 8) // 10
    if all(part in LEVELS for part in colour):
        return 16 + 36 * LEVELS.index(red) + 6 * LEVELS.index(green) + LEVELS.index(blue)
    return None


class Grid:
    """What the terminal shows: a character and a style number a cell. A wide character's second cell holds ""."""

    def __init__(self, width: int, height: int, system: ColorSystem | None) -> None:
        self.width = width
        self.height = height
        self.system = system
        self._characters = [[" "] * width for _ in range(height)]
        self._styles = [[UNKNOWN] * width for _ in range(height)]
        self._numbers: dict[Style, tuple[int, int]] = {}
        self._paints: list[Paint] = []
        self._same: dict[Paint, int] = {}

    def update(self, runs: Iterator[tuple[int, int, Strip]]) -> str:
        """The escape sequence that turns what is shown into these (column, line, strip) runs."""
        out: list[str] = []
        current: Paint | None = None
        for x, y, strip in runs:
            if not 0 <= y < self.height:
                continue
            characters, styles = self._cells(strip, self.width - x)
            current = self._write(out, current, x, y, characters, styles)
        if current is not None:
            out.append("\x1b[0m")
        return "".join(out)

    def _cells(self, strip: Strip, limit: int) -> tuple[list[str], list[int]]:
        characters: list[str] = []
        styles: list[int] = []
        for text, style, control in strip._segments:
            if control:
                continue
            before = len(characters)
            if text.isascii():
                characters.extend(text)
            else:
                for start, end, width in split_graphemes(text)[0]:
                    if width == 0 and characters:
                        characters[-1 if characters[-1] else -2] += text[start:end]
                    elif width:
                        characters.append(text[start:end])
                        characters.extend([""] * (width - 1))
            number, blank = self._number(style or PLAIN)
            if number == blank or " " not in text:
                styles.extend([number] * (len(characters) - before))
            else:
                styles.extend([blank if c == " " else number for c in characters[before:]])
        if len(characters) > limit:
            del characters[limit:], styles[limit:]
        return characters, styles

    def _number(self, style: Style) -> tuple[int, int]:
        """The number of a style and of what is left of it on a space.

        Styles that look the same share a number: those that differ only in links or click handlers, and on a
        space those that differ only in the colour of the text.
        """
        numbers = self._numbers.get(style)
        if numbers is None:
            paint = Paint.of(style, self.system)
            numbers = self._numbers[style] = (self._look(paint), self._look(paint.blank))
        return numbers

    def _look(self, paint: Paint) -> int:
        number = self._same.setdefault(paint, len(self._paints))
        if number == len(self._paints):
            self._paints.append(paint)
        return number

    def _write(
        self, out: list[str], current: Paint | None, x: int, y: int, characters: list[str], styles: list[int]
    ) -> Paint | None:
        end = x + len(characters)
        row, row_styles = self._characters[y], self._styles[y]
        old, old_styles = row[x:end], row_styles[x:end]
        if old == characters and old_styles == styles:
            return current
        row[x:end], row_styles[x:end] = characters, styles
        cells = enumerate(zip(old, characters, old_styles, styles, strict=True))
        changed = [i for i, (a, b, c, d) in cells if a != b or c != d]
        for first, last in _groups(changed):
            while first > 0 and characters[first] == "":
                first -= 1
            last += 1
            while last < len(characters) and characters[last] == "":
                last += 1
            out.append(f"\x1b[{y + 1};{x + first + 1}H")
            while first < last:
                style = styles[first]
                stop = first + 1
                while stop < last and styles[stop] == style:
                    stop += 1
                paint = self._paints[style]
                text = "".join(characters[first:stop])
                if current is not None and not paint.attributes and not text.strip(" "):
                    paint = current.for_space(paint)
                out.append(_transition(current, paint))
                out.append(text)
                current, first = paint, stop
        return current


def _groups(changed: list[int]) -> Iterator[tuple[int, int]]:
    """Runs of changed cells as (first, last), small gaps included."""
    if not changed:
        return
    first = last = changed[0]
    for i in changed:
        if i - last > GAP:
            yield first, last
            first = i
        last = i
    yield first, last


def _transition(old: Paint | None, new: Paint) -> str:
    """The shortest SGR sequence from one style to another; None is the terminal's reset state."""
    if old == new:
        return ""
    codes: list[str] = []
    if old is not None and old.attributes <= new.attributes:
        codes.extend(sorted(new.attributes - old.attributes))
        if new.foreground != old.foreground:
            codes.append(new.foreground or "39")
        if new.background != old.background:
            codes.append(new.background or "49")
    else:
        codes.extend(sorted(new.attributes))
        codes.extend(code for code in (new.foreground, new.background) if code)
        if old is not None:
            codes.insert(0, "0")
    return f"\x1b[{';'.join(codes)}m" if codes else ""


def _runs(update: ChopsUpdate | LayoutUpdate) -> Iterator[tuple[int, int, Strip]]:
    """What a frame of Textual draws, as (column, line, strip)."""
    if isinstance(update, LayoutUpdate):
        for y, line in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in cast("Iterable[Strip | None]", line):
                if strip is None:  # a widget that failed to draw
                    break
                yield x, y, strip
                x += strip.cell_length
        return
    for y, x1, x2 in update.spans:
        for end, (x, chop) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if chop is not None and x <= x2 and end > x1:
                yield x, y, chop.crop(0, end - x)


class Difference(CompositorUpdate):
    """A frame that is already written out as its difference to what the terminal shows."""

    def __init__(self, update: ChopsUpdate | LayoutUpdate, codes: str) -> None:
        self._update = update
        self._codes = codes

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from self._update.__rich_console__(console, options)

    def render_segments(self, console: Console) -> str:  # noqa: ARG002  Textual's signature
        return self._codes


class CellDiffMixin(App[Any]):
    """An app whose frames go through the cell differ; `cell_diff = False` leaves Textual's own drawing."""

    cell_diff = True
    _grid: Grid | None = None
    _cursor_shown: tuple[int, int] | None = None

    def forget_cells(self) -> None:
        """Take the terminal's content as unknown: the next frame writes every cell."""
        self._grid = None

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        writes = self._running and not self._closed and not self.is_headless and not self._batch_count
        if self.cell_diff and writes and isinstance(renderable, (ChopsUpdate, LayoutUpdate)):
            codes = self._difference(renderable)
            cursor = self.cursor_position
            if not codes and cursor == self._cursor_shown:
                self.post_display_hook()
                return
            self._cursor_shown = cursor
            renderable = Difference(renderable, codes)
        super()._display(screen, renderable)

    def _difference(self, update: ChopsUpdate | LayoutUpdate) -> str:
        width, height = self.size
        grid = self._grid
        if grid is None or grid.width != width or grid.height != height:
            grid = self._grid = Grid(width, height, self.console._color_system)
        return grid.update(_runs(update))
