"""A line to type in that takes its keys in the order in which they were pressed."""

from __future__ import annotations

from textual import events
from textual.widgets import Input


class LineInput(Input):
    """An Input whose editing keys act at once.

    Textual hands a key that a binding is for up to the app first: letters that came in the same read, from a paste or
    over a slow line, would be in the text before the Ctrl+U in front of them emptied it.
    """

    def takes(self, event: events.Key) -> bool:
        """Whether a key is for the line itself: a letter, or one that edits or submits."""
        return event.is_printable or event.key in self._bindings.key_to_bindings

    async def _on_key(self, event: events.Key) -> None:
        if not event.is_printable:
            for binding in self._bindings.key_to_bindings.get(event.key, ()):
                if await self.app.run_action(binding.action, self):
                    event.stop()
                    event.prevent_default()
                    return
        await super()._on_key(event)
