"""An app that draws in ftui's themes: the one in use before the first paint, the others after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.app import App

from ftui.project.app_settings import AppSettings
from ftui.project.locations import config_dir, packaged_dir
from ftui.tui.palette import Palette
from ftui.tui.plain_symbols import PlainSymbols
from ftui.tui.safe_lines import SafeLines
from ftui.tui.themes import DEFAULT, WITHOUT_COLOUR, Look, load_themes, read_theme

if TYPE_CHECKING:
    from textual.theme import Theme


class ThemedApp(App[Any]):
    """Keeps the palette of our own widgets in step with Textual's theme."""

    palette: Palette

    def __init__(self, settings: AppSettings) -> None:
        super().__init__()
        self.settings = settings
        self.warnings = list(settings.warnings)
        """What a person should know and has not been told yet."""
        self._looks: dict[str, Look] = {}
        self._filters.append(SafeLines())
        if settings.plain_symbols:
            self._filters.append(PlainSymbols())
        self._first_theme()

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
