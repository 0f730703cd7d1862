"""One prompt edited and sampled on the spot, models side by side. Nothing of it enters the review."""

from __future__ import annotations

from rich.text import Text as RichText
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from ftui.tui.cell_text import one_line
from ftui.tui.keymap import bindings
from ftui.tui.sampling.messages import Told
from ftui.tui.sampling.state import Draft, SamplingState
from ftui.tui.screens.sampling_layout import TICK
from ftui.tui.screens.sampling_settings import ChangesSettings
from ftui.tui.stand_ins import StandIns
from ftui.tui.widgets.field_editor import Area
from ftui.tui.widgets.key_bar import KeyBar
from ftui.tui.widgets.sampling_bars import SamplingTitle
from ftui.tui.widgets.settings_table import SettingsTable
from ftui.tui.widgets.stream_view import StreamView

APART = "outputs of an edited prompt stand here only: no vote, no figure and no export sees them"
MOST_COLUMNS = 4
NARROWEST = 36


class TryScreen(ChangesSettings, inherit_bindings=False):
    """The turns in an editor, the settings beside them, the outputs below."""

    DEFAULT_CSS = """
    TryScreen { background: $background; }
    TryScreen > #try-top { height: 2fr; }
    TryScreen > #try-outputs { height: 3fr; border-top: solid $panel; }
    TryScreen #try-editor { width: 3fr; }
    TryScreen #try-editor > Static { height: 1; background: $surface; padding: 0 1; text-wrap: nowrap; }
    TryScreen Area, TryScreen Area:focus { height: 1fr; border: none; padding: 0 1; background: $background; }
    TryScreen #try-settings { width: 2fr; border-left: solid $panel; }
    TryScreen.-narrow #try-settings { display: none; }
    TryScreen .column { width: 1fr; height: 1fr; border-left: solid $panel; }
    TryScreen .column > Static { height: 1; background: $surface; padding: 0 1; text-style: bold; }
    TryScreen > #try-apart { height: 1; background: $surface; padding: 0 1; color: $ftui-dim; }
    """
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-medium")]
    BINDINGS = bindings("try")

    def __init__(self, state: SamplingState) -> None:
        super().__init__()
        self.state = state
        if state.draft is None:
            state.draft = Draft("", [("user", "")])
        self.draft = state.draft
        if not 0 <= self.draft.turn < len(self.draft.turns):
            self.draft.turn = len(self.draft.turns) - 1
        self._hold()

    def _hold(self) -> None:
        self.stand_ins = StandIns(self.draft.turns[self.draft.turn][1])

    def compose(self) -> ComposeResult:
        yield SamplingTitle(self.state, id="sampling-title")
        with Horizontal(id="try-top"):
            with Vertical(id="try-editor"):
                yield Static(id="try-turn", markup=False)
                yield Area(
                    self.stand_ins.shown, soft_wrap=True, show_line_numbers=False, tab_behavior="indent"
                )
            table = SettingsTable(id="try-settings")
            table.can_focus = False
            yield table
        with Horizontal(id="try-outputs"):
            for model in self._columns():
                with Vertical(classes="column"):
                    yield Static(RichText(one_line(model)), markup=False)
                    view = StreamView(self.state.tried, model=model)
                    view.can_focus = False
                    yield view
        yield Static(APART, id="try-apart", markup=False)
        yield KeyBar(id="keys")

    def _columns(self) -> list[str]:
        fit = max(1, min(MOST_COLUMNS, self.app.size.width // NARROWEST))
        return [model.name for model in self.sampling_app.sampled_models][:fit]

    def on_mount(self) -> None:
        self.query_one("#keys", KeyBar).place = "try"
        self.area.cursor_blink = False
        self.area.focus()
        self.area.move_cursor(self.area.document.end)
        self._show_turn()
        self._show_settings()
        self.set_interval(TICK, self.renew)

    @property
    def area(self) -> Area:
        return self.query_one(Area)

    def renew(self) -> None:
        """Paint what has changed."""
        self.query_one("#sampling-title", SamplingTitle).renew()
        for view in self.query(StreamView):
            view.renew()

    def repaint(self) -> None:
        """Paint everything anew: the colours changed."""
        for view in self.query(StreamView):
            view.repaint()
        for widget in self.query("*"):
            widget.refresh()

    def heard(self, told: Told) -> None:
        """The worker said something that the app took down."""
        if told.head["kind"] == "described":
            self._show_settings()
        self.renew()

    def _show_turn(self) -> None:
        role = self.draft.turns[self.draft.turn][0]
        where = (
            f"turn {self.draft.turn + 1} of {len(self.draft.turns)}"
            if len(self.draft.turns) > 1
            else "prompt"
        )
        marks = f"   {' '.join(list(self.stand_ins.marks.values())[:5])} invisible characters"
        shown = f"{where} · {one_line(role)}" + (marks if self.stand_ins.marks else "")
        self.query_one("#try-turn", Static).update(RichText(shown))

    def _show_settings(self) -> None:
        models = self.sampling_app.sampled_models
        if models:
            name = models[0].name if len(models) > 1 else ""
            self.query_one("#try-settings", SettingsTable).show(models[0].settings, name)

    def _keep(self) -> None:
        """What is in the editor, into the draft."""
        role, _ = self.draft.turns[self.draft.turn]
        self.draft.turns[self.draft.turn] = (role, self.stand_ins.restore(self.area.text))

    def action_turn(self, by: int) -> None:
        """Edit a neighbouring turn."""
        self._keep()
        turn = max(0, min(self.draft.turn + by, len(self.draft.turns) - 1))
        if turn != self.draft.turn:
            self.draft.turn = turn
            self._hold()
            self.area.load_text(self.stand_ins.shown)
            self.area.move_cursor(self.area.document.end)
            self._show_turn()

    def action_sample(self) -> None:
        """Sample the turns as they are now, by every model that has a column."""
        if self.state.busy:
            self.notify("The engine is at work: stop it first, or wait.", timeout=4)
            return
        self._keep()
        turns = [(role, content) for role, content in self.draft.turns if content]
        if not turns:
            self.notify("There is no text yet.", timeout=3)
            return
        self.state.tried.clear()
        self.state.trying, self.state.doing = True, "starting"
        for view in self.query(StreamView):
            view.show_newest()
        app = self.sampling_app
        app.asked.try_out(app.choices, turns, self._columns())
        self.renew()

    def action_stop(self) -> None:
        """Stop at once."""
        self.sampling_app.stop_sampling()

    def action_setting(self) -> None:
        """Another value of a setting."""
        models = self.sampling_app.sampled_models
        if models:
            self.choose_setting(models[0].settings)

    def action_spelt(self) -> None:
        """Spell special tokens out, or draw them as symbols."""
        for view in self.query(StreamView):
            view.toggle_spelt()

    def action_scroll(self, pages: int) -> None:
        """All outputs together."""
        for view in self.query(StreamView):
            view.action_page(pages)

    def action_back(self) -> None:
        """Leave; the draft stays."""
        self._keep()
        self.dismiss()
