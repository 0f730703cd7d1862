"""What our screens share: their keys stand in one table, and `?` lists them and does them."""

from __future__ import annotations

from collections.abc import Sequence

from textual.dom import DOMNode
from textual.screen import Screen

from ftui.tui.key import LABELS, Key, Place
from ftui.tui.key_names import key_name
from ftui.tui.keymap import BY_ID, KEYS, keys_of


class KeyedScreen(Screen[None], inherit_bindings=False):
    """A screen whose keys come from `ftui.tui.keymap`."""

    HELP_NOTE = ""
    """The last line of the help; empty: how a list is used."""

    def key(self, name: str) -> str:
        """The key that a binding has now, as a person reads it."""
        return key_name(keys_of(BY_ID[name], getattr(self.app, "_keymap", {}))[0])

    def help_places(self) -> Sequence[Place]:
        """Places whose keys the help lists, the nearest first."""
        raise NotImplementedError

    def action_help(self) -> None:
        """Every key; type to narrow, Enter does it."""
        from ftui.tui.screens.pick_modal import Item, PickModal

        keymap: dict[str, str] = getattr(self.app, "_keymap", {})
        items = [
            Item(
                key.id, " ".join(map(key_name, keys_of(key, keymap)[:2])), key.label, key.help, LABELS[place]
            )
            for place in self.help_places()
            for key in KEYS
            if key.place == place
        ]
        self.app.push_screen(PickModal("Keys", items, note=self.HELP_NOTE), self.run_key)

    async def run_key(self, name: str | None) -> None:
        """Do what a binding does, whatever is focused."""
        key = BY_ID.get(name or "")
        target = self.target_of(key) if key is not None else None
        if key is not None and target is not None:
            await self.app.run_action(key.action.removeprefix("screen."), target)

    def target_of(self, key: Key) -> DOMNode | None:
        """What does this key's action; None, after saying why, where nothing can do it now."""
        return self.app if key.place == "app" else self
