"""What every app of ours is: themes, keys from the table, changed cells only, errors in the words of a person."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.app import SystemCommand

from ftui.project.app_settings import AppSettings
from ftui.project.errors import FtuiError
from ftui.project.locations import config_dir
from ftui.tui.cell_diff import CellDiffMixin
from ftui.tui.key import Place
from ftui.tui.keymap import KEYS, bindings, read_keymap
from ftui.tui.themed_app import ThemedApp
from ftui.tui.widgets.key_bar import KeyBar

if TYPE_CHECKING:
    from textual.screen import Screen

    from ftui.tui.screens.keyed import KeyedScreen


class FramedApp(ThemedApp, CellDiffMixin, inherit_bindings=False):
    """An app that lies on one screen of ours, whose keys the palette lists."""

    BINDINGS = bindings("app")
    TITLE = "ftui"
    ENABLE_COMMAND_PALETTE = True
    HOME: ClassVar[Place]
    """The place whose keys work on that screen whatever is focused."""
    CSS = """
    /* Without dimming, a dialog costs the cells that it covers and not the whole screen (twice 10 KB). */
    ModalScreen { background: transparent; }
    ToastRack { align-horizontal: right; scrollbar-size: 0 0; }
    Toast { padding: 0 1; width: auto; max-width: 60%; margin-bottom: 0; }
    """

    def __init__(self, settings: AppSettings | None = None) -> None:
        super().__init__(settings or AppSettings())
        self.cell_diff = self.settings.cell_diff
        self.animation_level = "none"

    @property
    def home(self) -> KeyedScreen:
        """The screen that all others lie on."""
        return cast("KeyedScreen", self.screen_stack[0])

    # Coming up

    def on_mount(self) -> None:
        self.theme_changed_signal.subscribe(self, self.theme_changed)
        self.app_resume_signal.subscribe(self, self._resumed)
        self.call_after_refresh(self.after_first_paint)

    def after_first_paint(self) -> None:
        """What a person need not wait for: the keymap, other themes, and what is to be said of both."""
        keymap, warnings = read_keymap(config_dir() / "keymap.toml")
        if keymap:
            self.set_keymap(keymap)
            self.home.query_one("#keys", KeyBar).renew()
        self.load_other_themes()
        for warning in dict.fromkeys([*self.warnings, *warnings]):
            self.notify(warning, severity="warning", timeout=10, markup=False)
        self.warnings.clear()

    # Commands

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:  # noqa: ARG002
        """What the palette lists: the themes, and what works whatever is focused."""
        yield SystemCommand("Theme", "Other colours.", self.action_change_theme)
        home = self.home
        for key in KEYS:
            if key.place in (self.HOME, "app") and key.id != "palette":
                yield SystemCommand(
                    f"{key.label}  {home.key(key.id)}", key.help, partial(home.run_key, key.id)
                )

    # Drawing

    def on_resize(self) -> None:
        self.forget_cells()

    def _resumed(self, _: Any) -> None:
        self.action_redraw()

    def action_redraw(self) -> None:
        """Draw the whole screen anew, whatever the terminal shows."""
        self.forget_cells()
        self.refresh(layout=True)

    def write_to_terminal(self, sequence: str) -> None:
        """Send a sequence that draws nothing (the clipboard's) as it is."""
        if self._driver is not None:
            self._driver.write(sequence)
            self._driver.flush()

    def _handle_exception(self, error: Exception) -> None:
        """An error that a person can do something about is told; it is not the end of the app."""
        if isinstance(error, FtuiError):
            text = f"{error}; {error.hint}" if error.hint else str(error)
            self.notify(text, severity="error", timeout=10, markup=False)
        else:
            super()._handle_exception(error)

    def action_request_quit(self) -> None:
        """Leave: everything is kept."""
        self.exit()
