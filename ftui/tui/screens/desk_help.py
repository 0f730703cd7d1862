"""The desk's help: every key, filtered while one types, and run from there."""

from __future__ import annotations

from ftui.tui.keymap import HOMES, KEYS, LABELS, Place, key_name, keys_of
from ftui.tui.screens.desk_panes import DeskPanes


class DeskHelp(DeskPanes):
    """`?` lists what can be done here; Enter does it."""

    def action_help(self) -> None:
        """Keys of the focused pane first, then those of the desk."""
        from ftui.tui.screens.pick_modal import Item, PickModal

        keymap: dict[str, str] = getattr(self.app, "_keymap", {})
        places = [
            self.pane,
            "desk",
            "app",
            *(place for place in LABELS if _is_here(place) and place not in (self.pane, "desk", "app")),
        ]
        items = [
            Item(
                key.id, " ".join(map(key_name, keys_of(key, keymap)[:2])), key.label, key.help, LABELS[place]
            )
            for place in places
            for key in KEYS
            if key.place == place
        ]
        note = "type to narrow   Enter does it   Esc leaves   Shift+drag selects text with the mouse"
        self.app.push_screen(PickModal("Keys", items, note=note), self.run_key)

    async def run_key(self, name: str | None) -> None:
        """Do what a binding does."""
        key = next((key for key in KEYS if key.id == name), None)
        if key is None:
            return
        if key.place in ("table", "record", "findings"):
            self.show_pane(key.place)
            await self.app.run_action(key.action, self.query_one(f"#{key.place}"))
        elif key.place == "distributions":
            if self.charts is None:
                self.notify(
                    f"That key works in the distributions; {self.key('distributions')} opens them.", timeout=3
                )
            else:
                self.show_pane("record")
                await self.app.run_action(key.action, self.charts)
        elif key.place == "editor":
            self.notify("That key works in the editor; e opens it.", timeout=3)
        else:
            await self.app.run_action(key.action, self if key.place == "desk" else self.app)


def _is_here(place: Place) -> bool:
    """Whether keys of this place work on the desk; other screens have a help of their own."""
    return place == "editor" or HOMES.get(place) == "desk"
