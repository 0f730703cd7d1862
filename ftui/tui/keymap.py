"""Every key of the app in one table: the bindings, the key bar, the help and `keymap.toml` are all made from it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

from textual.binding import Binding, BindingType

from ftui.tui.desk.keys import DESK_KEYS
from ftui.tui.key import HOMES, Key, Place
from ftui.tui.key_names import key_name, textual_name
from ftui.tui.review.keys import REVIEW_KEYS
from ftui.tui.sampling.keys import SAMPLING_KEYS
from ftui.tui.training.keys import TRAINING_KEYS

KEYS: tuple[Key, ...] = (
    *DESK_KEYS,
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
