"""What a fix changes, word by word, as styled text."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from rich.style import Style
from rich.text import Text as RichText

from ftui.text.common_ends import common_ends
from ftui.tui.cell_text import one_line

AROUND = 48
"""Characters of unchanged text kept on each side of a change."""
WORDS = re.compile(r"\w+|\s|[^\w\s]")
LIMIT = 20_000
"""Characters beyond which only the ends are compared: word matching is quadratic."""


def difference(old: str, new: str, removed: Style, added: Style) -> RichText:
    """The change as one line: what goes is marked `[-…-]`, what comes `{+…+}`, so that it reads without colour too."""
    start, end = common_ends(old, new)
    before, after = old[:start], old[len(old) - end :] if end else ""
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    line = RichText(no_wrap=False)
    line.append(("…" if len(before) > AROUND else "") + one_line(before[-AROUND:]))
    for kind, left, right in _pieces(middle_old, middle_new):
        if kind == "equal":
            short = len(left) <= 2 * AROUND
            line.append(one_line(left if short else f"{left[:AROUND]} … {left[-AROUND:]}"))
            continue
        if left:
            line.append(f"[-{one_line(left[:400])}-]", removed)
        if right:
            line.append(f"{{+{one_line(right[:400])}+}}", added)
    line.append(one_line(after[:AROUND]) + ("…" if len(after) > AROUND else ""))
    return line


def _pieces(old: str, new: str) -> list[tuple[str, str, str]]:
    if len(old) + len(new) > LIMIT:
        return [("replace", old, new)]
    left, right = WORDS.findall(old), WORDS.findall(new)
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    return [(kind, "".join(left[a:b]), "".join(right[c:d])) for kind, a, b, c, d in matcher.get_opcodes()]


def differing(text: str, other: str) -> list[tuple[int, int]]:
    """The (start, end) of the words of a text that are not in the other one at their place, neighbours joined."""
    start, end = common_ends(text, other)
    spans: list[tuple[int, int]] = []
    at = start
    for kind, left, _ in _pieces(text[start : len(text) - end], other[start : len(other) - end]):
        if kind != "equal" and left.strip():
            spans.append((at, at + len(left)))
        at += len(left)
    return spans
