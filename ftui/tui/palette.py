"""The styles that our own widgets draw with, by name, as a theme gives them."""

from __future__ import annotations

from collections.abc import Mapping

from rich.style import Style


class Palette:
    """Every style a line widget uses. Values in a theme are Rich styles in which `$name` is a colour of the theme.

    Not a dataclass: 40 fields would cost 4 ms before the first paint.
    """

    def __init__(self, styles: Mapping[str, Style]) -> None:
        self.__dict__.update(styles)

    text: Style
    dim: Style
    faint: Style
    heading: Style
    key: Style
    bar: Style
    bar_dim: Style
    bar_strong: Style
    chip: Style
    unsaved: Style
    tab: Style
    tab_active: Style
    cursor: Style
    cursor_blurred: Style
    selected: Style
    header: Style
    rule: Style
    error: Style
    warning: Style
    info: Style
    success: Style
    edited: Style
    added: Style
    reviewed: Style
    system: Style
    user: Style
    assistant: Style
    tool: Style
    label: Style
    rejected: Style
    symbol: Style
    span_error: Style
    span_warning: Style
    span_info: Style
    match: Style
    code: Style
    code_keyword: Style
    code_string: Style
    code_number: Style
    code_comment: Style
    code_function: Style
    code_type: Style
    curve_1: Style
    curve_2: Style
    curve_3: Style
    curve_4: Style
    curve_5: Style
    curve_6: Style
    curve_axis: Style
    curve_border: Style
    crosshair: Style

    def severity(self, severity: str) -> Style:
        """The style of `error`, `warning` or `info`."""
        style: Style = getattr(self, severity, self.text)
        return style

    def role(self, role: str) -> Style:
        """The style of a speaker's heading."""
        return {
            "system": self.system, "user": self.user, "assistant": self.assistant, "chosen": self.assistant,
            "rejected": self.rejected, "tool": self.tool, "label": self.label,
        }.get(role, self.dim)  # fmt: skip


DEFAULTS: Mapping[str, str] = {
    "text": "$foreground on $background",
    "dim": "$dim on $background",
    "faint": "$faint on $background",
    "heading": "bold $foreground on $background",
    "key": "$primary on $surface",
    "bar": "$foreground on $surface",
    "bar_dim": "$dim on $surface",
    "bar_strong": "bold $foreground on $surface",
    "chip": "$primary on $panel",
    "unsaved": "bold $warning on $surface",
    "tab": "$dim on $surface",
    "tab_active": "bold $primary on $surface",
    "cursor": "$foreground on $cursor",
    "cursor_blurred": "$foreground on $panel",
    "selected": "$foreground on $selection",
    "header": "$faint on $background",
    "rule": "$panel on $background",
    "error": "$error on $background",
    "warning": "$warning on $background",
    "info": "$primary on $background",
    "success": "$success on $background",
    "edited": "$accent on $background",
    "added": "$success on $background",
    "reviewed": "$success on $background",
    "system": "bold $secondary on $background",
    "user": "bold $primary on $background",
    "assistant": "bold $success on $background",
    "tool": "bold $accent on $background",
    "label": "bold $accent on $background",
    "rejected": "bold $error on $background",
    "symbol": "$accent on $background",
    "span_error": "underline $error",
    "span_warning": "underline $warning",
    "span_info": "underline $primary",
    "match": "bold reverse",
    "code": "$foreground on $background",
    "code_keyword": "$secondary",
    "code_string": "$success",
    "code_number": "$accent",
    "code_comment": "italic $dim",
    "code_function": "$primary",
    "code_type": "$warning",
    "curve_1": "$primary on $background",
    "curve_2": "$accent on $background",
    "curve_3": "$success on $background",
    "curve_4": "$secondary on $background",
    "curve_5": "$error on $background",
    "curve_6": "$foreground on $background",
    "curve_axis": "$faint on $background",
    "curve_border": "$panel on $background",
    "crosshair": "$dim on $background",
}
NAMES = tuple(DEFAULTS)


def palette(colours: Mapping[str, str], styles: Mapping[str, str]) -> Palette:
    """The styles of a theme: its own where it names them, the defaults elsewhere.

    Raises ValueError (rich.errors.StyleSyntaxError is not one, so it is turned into it) with the name of a style that
    cannot be read.
    """
    made: dict[str, Style] = {}
    for name in NAMES:
        written = styles.get(name, DEFAULTS[name])
        try:
            made[name] = Style.parse(" ".join(_word(word, colours) for word in written.split()))
        except Exception as error:
            raise ValueError(f"style {name}: {error}") from error
    return Palette(made)


def _word(word: str, colours: Mapping[str, str]) -> str:
    if not word.startswith("$"):
        return word
    colour = colours.get(word[1:])
    if colour is None:
        raise ValueError(f"no colour is called {word}")
    return colour.removeprefix("ansi_")
