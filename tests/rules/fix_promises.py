"""What a safe fix may change, rule by rule, as its page names it: the texts before and after are equal but for that."""

from __future__ import annotations

import difflib
import html
import re
from collections.abc import Callable, Sequence
from typing import Any

from ftui.dataset.record import FieldEdit

MARKER = "### End"
LONGEST_MARKER = 24
"""What is put right at the end of an answer is a marker, not words: `<|end_of_text|>` has 15 characters."""
STRAIGHT = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'"})
IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Default_Ignorable_Code_Point of DerivedCoreProperties.txt, Unicode 15."""
ESCAPES = re.compile(
    "\x1b\\[[0-?]*[ -/]*[@-~]|\x1b\\][^\x07\x1b]*(?:\x07|\x1b\\\\)|\x1b[@-_]|\u009b[0-?]*[ -/]*[@-~]"
)
CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
MEANT = {"human": "user", "gpt": "assistant", "bot": "assistant", "ai": "assistant", "model": "assistant"}


def blanks(text: str) -> str:
    """All white space as one space, none around."""
    return " ".join(text.split())


def unspaced(text: str) -> str:
    """Without white space."""
    return "".join(text.split())


def decoded(text: str) -> str:
    """HTML decoded until nothing is left to decode; no-break spaces as plain ones."""
    while (once := html.unescape(text)) != text:
        text = once
    return text.replace("\u00a0", " ")


def unprinted(text: str) -> str:
    """Without escape sequences, control characters and noncharacters; white space as one space."""
    return blanks(CONTROLS.sub("", ESCAPES.sub("", text)))


def unfenced(text: str) -> str:
    """Without the closing fences at the end of a line or on their own."""
    return re.sub(r"\s*(?:`{3,}|~{3,})[ \t]*(?=\n|$)", "", text)


def unnamed(text: str) -> str:
    """Fences without their info strings."""
    return re.sub(r"(?m)^([ \t>]*(?:`{3,}|~{3,})).*$", r"\1", text)


def copied(text: str) -> str:
    """Straight quotes, plain blanks, nothing invisible, fences without info strings."""
    return blanks(IGNORABLE.sub("", unnamed(text).translate(STRAIGHT)))


def headed(text: str) -> str:
    """Headings without the space behind their signs."""
    return re.sub(r"(?m)^( {0,3}#{1,6})[ \t]+", r"\1", text)


def bordered(text: str) -> str:
    """Without white space and zero-width characters around it."""
    return re.sub(
        r"\A[\s\u00ad\u180e\u200b-\u200d\u2060\ufeff]+|[\s\u00ad\u180e\u200b-\u200d\u2060\ufeff]+\Z", "", text
    )


def role(text: str) -> str:
    """A role in small letters, by the word that is meant."""
    bare = blanks(text).casefold()
    return MEANT.get(bare, bare)


def unmarked(text: str) -> str:
    """An answer without the markers at its end."""
    return re.sub(rf"(?:\s*{re.escape(MARKER)})*\s*$", "", text)


NORMALISED: dict[str, Callable[[str], str]] = {
    "ART001": decoded,
    "ART004": unprinted,
    "COD001": unfenced,
    "COD004": unnamed,
    "COD005": copied,
    "COD006": headed,
    "FMT007": role,
    "FMT009": unspaced,
    "FMT011": bordered,
    "INJ004": lambda text: IGNORABLE.sub("", text),
    "LBL003": lambda text: blanks(text.lower()),
    "STP001": unmarked,
    "STP004": unmarked,
}


def holds(code: str, before: str, after: str, edits: Sequence[FieldEdit]) -> bool:
    """Whether a safe fix of a rule changed only what its page names. Raises KeyError for a rule without a promise."""
    if before == after:
        return False
    if code == "ART003":
        return all(_read_wrongly(before[edit.start : edit.end], edit.text) for edit in edits)
    if code == "STP002":
        answer = unmarked(after)
        return before.startswith(answer) and len(before[len(answer) :].strip()) <= LONGEST_MARKER
    normalised = NORMALISED[code]
    return normalised(before) == normalised(after)


def _read_wrongly(before: str, after: str) -> bool:
    """Whether the text before is the one after, as UTF-8 read as Windows-1252 or Latin-1, once or more often."""
    for _ in range(3):
        after = "".join(_as_windows(byte) for byte in after.encode())
        if re.sub("[\x80-\x9f]", _windows, before) == re.sub("[\x80-\x9f]", _windows, after):
            return True
    return False


def _as_windows(byte: int) -> str:
    return bytes([byte]).decode("latin-1")


def _windows(control: re.Match[str]) -> str:
    return control[0].encode("latin-1").decode("cp1252", errors="ignore") or control[0]


def but_for_numbers(value: Any) -> Any:
    """A record without what numbers it."""
    if not isinstance(value, dict):
        return value
    return {
        name: held for name, held in value.items() if name.lower() not in ("id", "index", "idx", "_id", "row")
    }


def one_line_more(before: str, after: str) -> None:
    """Fail unless the text after has one line more and is otherwise the one before."""
    changed = [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]
    assert len(changed) == 1, changed
    assert changed[0].startswith("+ PARAMETER "), changed
