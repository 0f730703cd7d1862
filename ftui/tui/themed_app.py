"""An app that draws in ftui's themes: the one in use before the first paint, the others after it."""

from __future__ import annotations

import errno
import os
import sys
import termios
import threading
import time
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.filter import Monochrome, NoColor

from ftui.project.app_settings import AppSettings
from ftui.project.locations import config_dir, packaged_dir
from ftui.tui.palette import Palette
from ftui.tui.plain_symbols import PlainSymbols
from ftui.tui.safe_lines import SafeLines
from ftui.tui.themes import DEFAULT, WITHOUT_COLOUR, Look, load_themes, read_theme

if TYPE_CHECKING:
    from textual.theme import Theme


_LOOK_FOR_TERMINAL = 5.0
"""Seconds."""
HANGUP = 129
"""The exit code of a process that SIGHUP ends."""


class ThemedApp(App[Any]):
    """Keeps the palette of our own widgets in step with Textual's theme."""

    palette: Palette

    def __init__(self, settings: AppSettings) -> None:
        super().__init__()
        self.settings = settings
        self.warnings = list(settings.warnings)
        """What a person should know and has not been told yet."""
        self._looks: dict[str, Look] = {}
        # Textual shades every colour to a grey then, and takes a terminal's default colours for black: black on black.
        self._filters = [NoColor() if isinstance(each, Monochrome) else each for each in self._filters]
        self._filters.append(SafeLines())
        if settings.plain_symbols:
            self._filters.append(PlainSymbols())
        self._first_theme()

    def on_mount(self) -> None:
        """See that there is still a terminal."""
        if not self.is_headless:
            threading.Thread(target=_end_with_the_terminal, daemon=True, name="terminal-watch").start()

    def _first_theme(self) -> None:
        """Only the theme in use is read before the first paint (2 ms each)."""
        wanted = WITHOUT_COLOUR if self.no_color else self.settings.theme or DEFAULT
        for folder in (config_dir() / "themes", packaged_dir("themes")):
            path = folder / f"{wanted}.toml"
            if path.is_file():
                try:
                    self._add_look(read_theme(path))
                except (OSError, ValueError) as error:
                    self.warnings.append(f"theme {path.name} left out: {error}")
                else:
                    self._use(wanted)
                    return
        self._load_themes()
        if wanted not in self._looks:
            self.warnings.append(f"no theme is called {wanted}; there are {', '.join(sorted(self._looks))}")
        self._use(wanted if wanted in self._looks else DEFAULT)

    def _load_themes(self) -> None:
        looks, warnings = load_themes((packaged_dir("themes"), config_dir() / "themes"))
        self.warnings += [text for text in warnings if text not in self.warnings]
        for look in looks.values():
            self._add_look(look)

    def load_other_themes(self) -> None:
        """Read every theme, and take away Textual's own, which have no styles for our widgets."""
        for name in [name for name in self.available_themes if name not in self._looks]:
            self.unregister_theme(name)
        self._load_themes()

    def _add_look(self, look: Look) -> None:
        self._looks[look.theme.name] = look
        self.register_theme(look.theme)

    def _use(self, name: str) -> None:
        self.palette = self._looks[name].palette
        self.theme = name

    def theme_changed(self, theme: Theme) -> None:
        """Take over the palette of the theme that is now in use."""
        look = self._looks.get(theme.name)
        if look is not None:
            self.palette = look.palette
            self.redraw()

    def redraw(self) -> None:
        """Have every line drawn again: the colours changed."""
        raise NotImplementedError


def _end_with_the_terminal() -> None:
    """Under nohup, or where SIGHUP got lost, Textual reads a closed terminal for ever, at 100 % of a core.

    Its writing thread dies of the first error, and leaving in order then waits for that thread without end. So this
    is a `kill -9`, which the journal and the reviews survive; the workers end when their input does.
    """
    while not terminal_is_gone():
        time.sleep(_LOOK_FOR_TERMINAL)
    os._exit(HANGUP)


def terminal_is_gone() -> bool:
    """Whether the terminal that this process reads from has been closed."""
    try:
        termios.tcgetattr(sys.__stdin__.fileno() if sys.__stdin__ else 0)
    except termios.error as error:
        return bool(error.args[0] == errno.EIO)
    return False
