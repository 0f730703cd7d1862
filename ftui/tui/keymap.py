"""Every key of the app in one table: the bindings, the key bar, the help and `keymap.toml` are all made from it."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

from textual.binding import Binding, BindingType
from textual.keys import Keys, _character_to_key

from ftui.tui.key import HOMES, LABELS, Key, Place
from ftui.tui.review.keys import REVIEW_KEYS
from ftui.tui.sampling.keys import SAMPLING_KEYS
from ftui.tui.training.keys import TRAINING_KEYS

__all__ = ["HOMES", "KEYS", "LABELS", "Key", "Place", "bindings", "key_name", "keys_of", "read_keymap"]

KEYS: tuple[Key, ...] = (
    # Moving, the same in every pane
    Key("down", "down,j", "move(1)", "table", "Down", "The next row."),
    Key("up", "up,k", "move(-1)", "table", "Up", "The row before."),
    Key("page-down", "pagedown", "page(1)", "table", "Page down", "One page down."),
    Key("page-up", "pageup", "page(-1)", "table", "Page up", "One page up."),
    Key("half-down", "ctrl+d", "page(0.5)", "table", "Half a page down", "Half a page down."),
    Key("half-up", "ctrl+u", "page(-0.5)", "table", "Half a page up", "Half a page up."),
    Key("top", "g,home", "top", "table", "Top", "The first row."),
    Key("bottom", "G,end", "bottom", "table", "Bottom", "The last row."),
    Key("slide-left", "left,h", "slide(-1)", "table", "Slide left", "Show the texts from further left."),
    Key("slide-right", "right,l", "slide(1)", "table", "Slide right", "Show the texts from further right."),
    Key("select", "space", "select", "table", "Select", "Select the row, or take it out, and go down.", 60),
    Key(
        "select-range",
        "v",
        "range",
        "table",
        "Select a range",
        "Start a range; moving extends it; again ends it.",
    ),
    Key(
        "select-down", "shift+down,J", "extend(1)", "table", "Extend down", "Select the row and the next one."
    ),
    Key("select-up", "shift+up,K", "extend(-1)", "table", "Extend up", "Select the row and the one before."),
    Key(
        "select-all", "ctrl+a", "select_all", "table", "Select all", "Select every row of this view, or none."
    ),
    Key("open-record", "enter", "open", "table", "Open", "The row on the whole screen.", 20),
    Key("record-down", "down,j", "scroll(1)", "record", "Down", "One line down."),
    Key("record-up", "up,k", "scroll(-1)", "record", "Up", "One line up."),
    Key("record-page-down", "pagedown,space", "page(1)", "record", "Page down", "One page down."),
    Key("record-page-up", "pageup", "page(-1)", "record", "Page up", "One page up."),
    Key("record-half-down", "ctrl+d", "page(0.5)", "record", "Half a page down", "Half a page down."),
    Key("record-half-up", "ctrl+u", "page(-0.5)", "record", "Half a page up", "Half a page up."),
    Key("record-top", "g,home", "top", "record", "Top", "The beginning of the record."),
    Key("record-bottom", "G,end", "bottom", "record", "Bottom", "The end of the record."),
    Key("record-next-text", "right,l", "text(1)", "record", "Next text", "The next text (turn, field)."),
    Key("record-previous-text", "left,h", "text(-1)", "record", "Previous text", "The text before."),
    Key(
        "record-previous-row",
        "p",
        "row(-1)",
        "record",
        "Previous row",
        "The row before, from inside the record.",
    ),
    Key("record-next-row", "n", "row(1)", "record", "Next row", "The next row, from inside the record.", 25),
    Key("findings-down", "down,j", "move(1)", "findings", "Down", "The next line."),
    Key("findings-up", "up,k", "move(-1)", "findings", "Up", "The line before."),
    Key("findings-page-down", "pagedown", "page(1)", "findings", "Page down", "One page down."),
    Key("findings-page-up", "pageup", "page(-1)", "findings", "Page up", "One page up."),
    Key("findings-half-down", "ctrl+d", "page(0.5)", "findings", "Half a page down", "Half a page down."),
    Key("findings-half-up", "ctrl+u", "page(-0.5)", "findings", "Half a page up", "Half a page up."),
    Key("findings-top", "g,home", "top", "findings", "Top", "The first line."),
    Key("findings-bottom", "G,end", "bottom", "findings", "Bottom", "The last line."),
    Key(
        "findings-go",
        "enter",
        "go",
        "findings",
        "Go to",
        "Open a rule, jump to the row, or read a finding about a file.",
        10,
    ),
    Key("findings-open", "right,l", "open", "findings", "Open", "Show the rows of the rule."),
    Key("findings-close", "left,h", "close", "findings", "Close", "Hide the rows of the rule."),
    Key("charts-down", "down,j", "scroll(1)", "distributions", "Down", "One line down."),
    Key("charts-up", "up,k", "scroll(-1)", "distributions", "Up", "One line up."),
    Key("charts-page-down", "pagedown,space", "page(1)", "distributions", "Page down", "One page down."),
    Key("charts-page-up", "pageup", "page(-1)", "distributions", "Page up", "One page up."),
    Key("charts-half-down", "ctrl+d", "page(0.5)", "distributions", "Half a page down", "Half a page down."),
    Key("charts-half-up", "ctrl+u", "page(-0.5)", "distributions", "Half a page up", "Half a page up."),
    Key("charts-top", "g,home", "top", "distributions", "Top", "The first charts."),
    Key("charts-bottom", "G,end", "bottom", "distributions", "Bottom", "The last charts."),
    # The desk
    Key(
        "next-finding", "right_square_bracket", "finding(1)", "desk", "Next finding", "The next finding.", 30
    ),
    Key(
        "previous-finding",
        "left_square_bracket",
        "finding(-1)",
        "desk",
        "Previous",
        "The finding before.",
        31,
    ),
    Key(
        "explain",
        "x,i",
        "explain",
        "desk",
        "Explain",
        "What the rule finds, why it hurts, how to fix it.",
        35,
    ),
    Key("next-pane", "tab", "pane(1)", "desk", "Next pane", "Table, record, findings.", 80),
    Key("previous-pane", "shift+tab", "pane(-1)", "desk", "Previous pane", "Findings, record, table."),
    Key("zoom", "z", "zoom", "desk", "Zoom", "This pane on the whole screen, or back.", 70),
    Key("back", "escape", "back", "desk", "Back", "Leave the zoom; drop the selection; back to the table."),
    Key(
        "toggle-record",
        "P",
        "toggle_record",
        "desk",
        "Hide record",
        "Hide the record under the table, or show it.",
    ),
    Key(
        "toggle-findings", "S", "toggle_findings", "desk", "Hide findings", "Hide the findings, or show them."
    ),
    Key("next-split", "full_stop,ctrl+right", "split(1)", "desk", "Next split", "The next split.", 75),
    Key("previous-split", "comma,ctrl+left", "split(-1)", "desk", "Previous split", "The split before."),
    Key(
        "invisibles",
        "w",
        "invisibles",
        "desk",
        "Whitespace",
        "Draw spaces, tabs and other invisible characters.",
    ),
    Key("raw", "b", "raw", "desk", "Bytes", "The row's own bytes as they stand in the file."),
    Key(
        "distributions",
        "V,equals_sign",
        "distributions",
        "desk",
        "Distributions",
        "Classes, types of answers, lengths and tokens of all rows and of those shown, as bars; or the record again.",
    ),
    Key(
        "trained",
        "T",
        "trained",
        "desk",
        "Trained on",
        "The row as training reads it: what is learnt, and what is masked.",
    ),
    Key(
        "sort",
        "s",
        "sort",
        "desk",
        "Sort",
        "Next order: file, length, number of findings, prompt, answer.",
        65,
    ),
    Key("check", "C", "check", "desk", "Check again", "Run all rules again."),
    Key("stop", "ctrl+k", "stop", "desk", "Stop", "Stop what is running in the background."),
    Key("edit", "e", "edit", "desk", "Edit", "Edit the field in question, here.", 12),
    Key("edit-outside", "o", "edit_outside", "desk", "$EDITOR", "Edit the field in question in $EDITOR."),
    Key(
        "fix",
        "f",
        "fix",
        "desk",
        "Fix",
        "Show the fix of the finding, then apply it to this row or to many.",
        15,
    ),
    Key(
        "compare",
        "c",
        "compare",
        "desk",
        "Compare",
        "The rows of a group (duplicates, conflicts, leaks) side by side; keep one, remove the rest.",
        36,
    ),
    Key(
        "accept", "a", "accept", "desk", "Accept", "Accept the finding with a reason, or take that back.", 37
    ),
    Key("add-row", "A", "add_row", "desk", "Add row", "Add an empty row below."),
    Key("duplicate-row", "D", "duplicate_row", "desk", "Duplicate row", "Add a copy of the row below it."),
    Key("delete-rows", "d,delete", "delete_rows", "desk", "Delete", "Delete the row or the selection.", 64),
    Key("turns", "t", "turns", "desk", "Turns", "Add or remove a turn, or change its role."),
    Key("relabel", "r", "relabel", "desk", "Relabel", "Another label for the row or the selection."),
    *(
        Key(f"label-{n}", str(n), f"label({n})", "desk", f"Label {n}", f"Set the {n}. class, and go down.")
        for n in range(1, 10)
    ),
    Key(
        "search",
        "slash",
        "search",
        "desk",
        "Search",
        "Search all rows while typing: plain, regex, fuzzy.",
        50,
    ),
    Key(
        "filter", "F", "filter", "desk", "Filter", "By rule, severity, edited, reviewed; filters combine.", 52
    ),
    Key(
        "filter-rule", "R", "filter_rule", "desk", "Only this rule", "Only the rows of the rule in question."
    ),
    Key("filter-drop", "backspace", "filter_drop", "desk", "Drop filter", "Take the newest filter off."),
    Key("go", "number_sign,ctrl+g", "go", "desk", "Go to", "Go to a line or a row.", 78),
    Key("export", "E", "export", "desk", "Export", "The rows of this view into a new file."),
    Key("copy", "y", "copy", "desk", "Copy", "The text under the eye, to the terminal and to a file."),
    Key("copy-row", "Y", "copy_row", "desk", "Copy row", "The whole row as it stands in the file."),
    Key("undo", "u", "undo", "desk", "Undo", "Take back the last step.", 40),
    Key("redo", "ctrl+r", "redo", "desk", "Redo", "Do it again."),
    Key(
        "review", "m", "review", "desk", "Reviewed", "Mark the row or the selection as reviewed, or not.", 62
    ),
    Key("save", "ctrl+s", "save", "desk", "Save", "Write the files.", 45),
    Key("save-as", "W", "save_as", "desk", "Save as", "The file as it is now, under another name."),
    Key("help", "question_mark,f1", "help", "desk", "Help", "Every key; type to narrow, Enter does it.", 92),
    # The editor
    Key("editor-keep", "ctrl+s", "keep", "editor", "Keep", "Keep the text: it is in the journal at once.", 1),
    Key("editor-discard", "escape", "discard", "editor", "Discard", "Leave the text as it was.", 2),
    Key("editor-external", "ctrl+o", "external", "editor", "$EDITOR", "Go on in $EDITOR.", 3),
    Key("editor-beginning", "ctrl+home", "beginning", "editor", "Beginning", "The beginning of the text."),
    Key("editor-end", "ctrl+end", "end", "editor", "End", "The end of the text."),
    Key(
        "models",
        "M",
        "app.models",
        "desk",
        "Models",
        "Sample outputs from models, watch them stream, and review them.",
        55,
    ),
    Key(
        "judge-outputs",
        "O",
        "app.newest_review",
        "desk",
        "Judge outputs",
        "Judge the outputs of the newest review, blind.",
    ),
    Key(
        "training",
        "L",
        "app.training",
        "desk",
        "Training log",
        "Watch a training run: its curves, what is wrong with it, its log.",
    ),
    *SAMPLING_KEYS,
    *REVIEW_KEYS,
    *TRAINING_KEYS,
    # Everywhere
    Key("redraw", "ctrl+l", "redraw", "app", "Redraw", "Draw the whole screen anew."),
    Key("palette", "colon,ctrl+p", "command_palette", "app", "Commands", "Every command, by name.", 95),
    Key("suspend", "ctrl+z", "suspend_process", "app", "Suspend", "Back to the shell; `fg` returns."),
    Key("quit", "q,ctrl+q", "request_quit", "app", "Quit", "Leave; asks when something is not saved.", 99),
)
BY_ID: Mapping[str, Key] = {key.id: key for key in KEYS}


def bindings(place: Place) -> list[BindingType]:
    """Textual's bindings for one place, from the table; those of the editor come before the text area's own."""
    return [
        Binding(
            key.keys,
            key.action,
            key.label,
            show=False,
            id=key.id,
            tooltip=key.help,
            # Between panes: the next key, which may have come already, is for the pane that this one leads to.
            priority=place in ("editor", "try") or (place == "sampling" and key.action.startswith("pane(")),
        )
        for key in KEYS
        if key.place == place
    ]


SYMBOLS: Mapping[str, str] = {
    "right_square_bracket": "]", "left_square_bracket": "[", "full_stop": ".", "comma": ",", "colon": ":",
    "slash": "/", "question_mark": "?", "number_sign": "#", "enter": "⏎", "escape": "Esc", "space": "Space",
    "tab": "Tab", "shift+tab": "⇧Tab", "pagedown": "PgDn", "pageup": "PgUp", "up": "↑", "down": "↓", "left": "←",
    "right": "→", "home": "Home", "end": "End", "backspace": "⌫", "delete": "Del", "plus": "+", "minus": "-",
    "equals_sign": "=", "apostrophe": "'", "exclamation_mark": "!", "tilde": "~", "greater_than_sign": ">",
    "less_than_sign": "<", "asterisk": "*", "underscore": "_", "semicolon": ";", "vertical_line": "|",
}  # fmt: skip


def key_name(key: str) -> str:
    """A key as a person reads it: `^S`, `]`, `⇧↓`."""
    if key in SYMBOLS:
        return SYMBOLS[key]
    head, plus, last = key.rpartition("+")
    if not plus:
        return key.upper() if key[:1] == "f" and key[1:].isdigit() else key
    marks = head.replace("ctrl", "^").replace("shift", "⇧").replace("alt", "⌥").replace("+", "")
    name = SYMBOLS.get(last, last)
    return marks + (name.upper() if len(name) == 1 and "^" in marks else name)


_WRITTEN = {name.lower(): key for key, name in SYMBOLS.items() if len(name) > 1 and "⇧" not in name}
_NAMED = frozenset(key.value for key in Keys) | frozenset(SYMBOLS) | frozenset(_WRITTEN.values())


def textual_name(written: str) -> str | None:
    """Textual's name of a key as a person writes it: `F2`, `Ctrl+S`, `^S`, `PgDn`, `]`; None: there is no such key."""
    head, plus, last = written.strip().rpartition("+")
    if not head:  # the key + itself too
        head, last = ("", plus) if plus and not last else ("", last or plus)
    if not head and len(last) == 2 and last.startswith("^"):
        head, last = "ctrl", last[1]
    if len(last) == 1:
        last = last.lower() if "ctrl" in head.lower() and last.isalpha() else _character_to_key(last)
    else:
        last = _WRITTEN.get(last.lower(), last.lower())
        if last not in _NAMED and not _is_character(last):
            return None
    marks = [mark.strip().lower() for mark in head.split("+")] if head else []
    return "+".join([*marks, last]) if {"ctrl", "shift", "alt", "super"}.issuperset(marks) else None


def _is_character(name: str) -> bool:
    try:
        unicodedata.lookup(name.replace("_", " "))
    except KeyError:
        return False
    return True


def keys_of(key: Key, keymap: Mapping[str, str]) -> list[str]:
    """The keys a binding has now."""
    return [part.strip() for part in keymap.get(key.id, key.keys).split(",") if part.strip()]


def read_keymap(path: Path) -> tuple[dict[str, str], list[str]]:
    """The remapped ids of a `keymap.toml` (`id = "key,key"` or a list) and warnings; a missing file is empty."""
    try:
        with path.open("rb") as file:
            data = tomllib.load(file)
    except FileNotFoundError:
        return {}, []
    except (OSError, ValueError) as error:
        return {}, [f"{path.name} left out: {error}"]
    keymap: dict[str, str] = {}
    warnings: list[str] = []
    for name, value in data.items():
        keys = (
            ",".join(value) if isinstance(value, list) and all(isinstance(v, str) for v in value) else value
        )
        if name not in BY_ID:
            near = get_close_matches(name, BY_ID, 1)
            hint = f", did you mean {near[0]}?" if near else ""
            warnings.append(f"{path.name}: no key is called {name}{hint}")
        elif not isinstance(keys, str) or not keys.strip():
            warnings.append(f"{path.name}: {name} needs a key, or several by comma")
        else:
            written = [part.strip() for part in keys.split(",") if part.strip()]
            known = {part: textual_name(part) for part in written}
            warnings += [
                f"{path.name}: {name}: there is no key {part}" for part in written if not known[part]
            ]
            if any(known.values()):
                keymap[name] = ",".join(key for key in known.values() if key)
    return keymap, warnings + clashes(keymap)


def clashes(keymap: Mapping[str, str]) -> list[str]:
    """One line for each key that would do two things in one place; a pane's key hides the desk's."""
    found: list[str] = []
    taken: dict[tuple[Place, str], Key] = {}
    for key in KEYS:
        for name in keys_of(key, keymap):
            other = taken.setdefault((key.place, name), key)
            if other is not key:
                found.append(f"keymap: {key_name(name)} is both {other.id} and {key.id}")
    for (place, name), key in taken.items():
        if place in HOMES:
            hidden = taken.get((HOMES[place], name)) or taken.get(("app", name))
            if hidden is not None and (key.id in keymap or hidden.id in keymap):
                found.append(f"keymap: {key_name(name)} is {key.id} in this pane and hides {hidden.id}")
        elif place in HOMES.values() and (hidden := taken.get(("app", name))) is not None:
            found.append(f"keymap: {key_name(name)} is both {hidden.id} and {key.id}")
    return found
