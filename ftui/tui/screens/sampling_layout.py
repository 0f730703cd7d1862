"""The panes of the sampling screen: models and settings on the left, prompts or outputs on the right."""

from __future__ import annotations

from typing import Literal

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Size

from ftui.tui.keymap import bindings
from ftui.tui.sampling.state import SamplingState
from ftui.tui.screens.sampling_settings import ChangesSettings
from ftui.tui.widgets.key_bar import KeyBar
from ftui.tui.widgets.model_list import ModelList
from ftui.tui.widgets.notes_view import NotesView
from ftui.tui.widgets.prompt_list import PromptList
from ftui.tui.widgets.sampling_bars import SamplingStatus, SamplingTitle
from ftui.tui.widgets.settings_table import SettingsTable
from ftui.tui.widgets.stream_view import StreamView

Pane = Literal["models", "settings", "prompts", "outputs"]
LEFT: tuple[Pane, ...] = ("models", "settings")
TICK = 0.25
"""Seconds between two paints of what streams in."""
MOST_MODELS = 8
"""Lines of the model list before it scrolls."""


class SamplingLayout(ChangesSettings, inherit_bindings=False):
    """Both sides in a wide terminal, the one with the keyboard in a narrow one."""

    DEFAULT_CSS = """
    SamplingLayout { background: $background; }
    SamplingLayout #sampling { height: 1fr; }
    SamplingLayout #left { width: 2fr; height: 1fr; }
    SamplingLayout #right { width: 3fr; height: 1fr; border-left: solid $panel; }
    SamplingLayout.-narrow #right { border-left: none; }
    SamplingLayout #settings { height: 1fr; }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-medium"), (150, "-wide")]
    BINDINGS = bindings("sampling")
    AUTO_FOCUS = "#models"

    def __init__(self, state: SamplingState) -> None:
        super().__init__()
        self.state = state
        self.pane: Pane = "models"
        self.right: Pane = "outputs" if state.busy or state.outputs.each else "prompts"

    def compose(self) -> ComposeResult:
        yield SamplingTitle(self.state, id="sampling-title")
        with Horizontal(id="sampling"):
            with Vertical(id="left"):
                yield ModelList(self.state, id="models")
                yield SettingsTable(id="settings")
                yield NotesView(id="notes")
            with Vertical(id="right"):
                yield PromptList(self.state, id="prompts")
                yield StreamView(self.state.outputs, asked=self.state.first_words, id="outputs")
        yield SamplingStatus(self.state, id="sampling-status")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.query_one("#keys", KeyBar).place = self.pane
        title = self.query_one("#sampling-title", SamplingTitle)
        title.hint = f"{self.key('sampling-review')} judges them"
        self.show_panes()
        self.set_interval(TICK, self.renew)

    @property
    def models(self) -> ModelList:
        return self.query_one("#models", ModelList)

    @property
    def settings(self) -> SettingsTable:
        return self.query_one("#settings", SettingsTable)

    @property
    def prompts(self) -> PromptList:
        return self.query_one("#prompts", PromptList)

    @property
    def outputs(self) -> StreamView:
        return self.query_one("#outputs", StreamView)

    def renew(self) -> None:
        """Paint what has changed."""
        self.query_one("#sampling-title", SamplingTitle).renew()
        self.query_one("#sampling-status", SamplingStatus).renew()
        if self.outputs.display:
            self.outputs.renew()

    def repaint(self) -> None:
        """Paint everything anew: the colours changed."""
        self.outputs.repaint()
        for widget in self.query("*"):
            widget.refresh()

    # Panes

    def show_panes(self) -> None:
        """Which panes are on the screen."""
        narrow = self.app.size.width < 100
        left = not narrow or self.pane in LEFT
        self.query_one("#left").display = left
        self.query_one("#right").display = not narrow or not left
        self.prompts.display = self.right == "prompts"
        self.outputs.display = self.right == "outputs"
        lines = min(MOST_MODELS, max(1, len(self.state.models)))
        self.models.styles.height = lines + ModelList.HEADER + 1

    def show_pane(self, pane: Pane) -> None:
        """Focus a pane, and show it where there was no room for it."""
        if pane not in LEFT:
            self.right = pane
        self.pane = pane
        self.show_panes()
        self.set_focus(self.query_one(f"#{pane}"))  # at once: the next key may have come already
        keys = self.query_one("#keys", KeyBar)
        keys.place = pane
        keys.renew()

    def on_descendant_focus(self) -> None:
        pane = getattr(self.focused, "id", None)
        if pane in (*LEFT, "prompts", "outputs") and pane != self.pane:
            self.show_pane(pane)

    def action_pane(self, by: int) -> None:
        """The next pane."""
        panes: tuple[Pane, ...] = (*LEFT, self.right)
        self.show_pane(panes[(panes.index(self.pane) + by) % len(panes)])

    def action_outputs(self) -> None:
        """Prompts or outputs on the right."""
        self.show_pane("prompts" if self.right == "outputs" else "outputs")

    def on_resize(self, event: events.Resize) -> None:
        if event.size != Size(0, 0):
            self.call_after_refresh(self.show_panes)
