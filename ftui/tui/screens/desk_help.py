"""The desk's help: every key, filtered while one types, and run from there."""

from __future__ import annotations

from textual.dom import DOMNode

from ftui.tui.key import HOMES, LABELS, Key, Place
from ftui.tui.screens.desk_panes import DeskPanes


class DeskHelp(DeskPanes):
    """`?` lists what can be done here; Enter does it."""

    HELP_NOTE = "type to narrow   Enter does it   Esc leaves   Shift+drag selects text with the mouse"

    def help_places(self) -> list[Place]:
        """Keys of the focused pane first, then those of the desk."""
        first: list[Place] = [self.pane, "desk", "app"]
        return [*first, *(place for place in LABELS if _is_here(place) and place not in first)]

    def target_of(self, key: Key) -> DOMNode | None:
        if key.place in ("table", "record", "findings"):
            self.show_pane(key.place)
            return self.query_one(f"#{key.place}")
        if key.place == "distributions":
            if self.charts is None:
                where = self.key("distributions")
                self.notify(f"That key works in the distributions; {where} opens them.", timeout=3)
                return None
            self.show_pane("record")
            return self.charts
        if key.place == "editor":
            self.notify(f"That key works in the editor; {self.key('edit')} opens it.", timeout=3)
            return None
        return super().target_of(key)


def _is_here(place: Place) -> bool:
    """Whether keys of this place work on the desk; other screens have a help of their own."""
    return place == "editor" or HOMES.get(place) == "desk"
