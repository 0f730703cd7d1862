"""Changing a sampling setting from the screen: what was typed wins over every file, and can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from ftui.tui.sampling.messages import Sampling
from ftui.tui.sampling.state import SettingLine
from ftui.tui.screens.keyed import KeyedScreen

HINTS: dict[str, str] = {
    "prompts": "how many prompts, all strata together",
    "per_prompt": "samples of each prompt and model",
    "strata": "by comma, of random, edge, flagged, production, held-out, train-prefix, benchmark-prefix",
    "stop": 'a text, or several as "one", "two"; \\n is a line break',
    "max_tokens": "tokens after which an output is cut",
    "template": "chat, training, or the path of a Jinja file",
}
TEXTS = frozenset(("strata", "stop", "template"))


class ChangesSettings(KeyedScreen):
    """What the sampling screen and the view of an edited prompt have in common."""

    @property
    def sampling_app(self) -> Sampling:
        return cast(Sampling, self.app)

    def ask_value(self, line: SettingLine) -> None:
        """Ask for another value of a setting."""
        from ftui.project.sampling_ranges import RANGES
        from ftui.tui.screens.input_modal import InputModal

        if line.name not in RANGES and line.name not in HINTS:
            self.notify(f"{line.name.replace('_', ' ').capitalize()}: that is set in ftui.toml.", timeout=4)
            return

        def validate(text: str) -> str:
            return wrong(line.name, text)

        def answered(text: str | None) -> None:
            if text is not None and text != line.value:
                self.sampling_app.set_value(line.name, text)

        title = line.name.replace("_", " ")
        said = f"{line.value or 'nothing'}   from: {line.source}"
        hint = HINTS.get(line.name, "")
        text = f"{said}\n{hint}" if hint else said
        self.app.push_screen(InputModal(title, text, line.value, validate=validate), answered)

    def choose_setting(self, lines: Sequence[SettingLine]) -> None:
        """Choose a setting, then ask for its value."""
        from ftui.tui.screens.pick_modal import Item, PickModal

        items = [
            Item(
                line.name,
                "▲" if line.warns else "",
                f"{line.name.replace('_', ' ')}: {line.value}",
                line.source,
            )
            for line in lines
        ]

        def picked(name: str | None) -> None:
            line = next((each for each in lines if each.name == name), None)
            if line is not None:
                self.ask_value(line)

        self.app.push_screen(PickModal("Settings", items), picked)


def wrong(name: str, text: str) -> str:
    """What is wrong with a value as typed; "" when it will do."""
    from ftui.jobs.sampling_choices import stops
    from ftui.project.sampling_ranges import RANGES, WHOLE

    if name == "stop":
        try:
            stops(text)
        except ValueError as error:
            return str(error)
        return ""
    if name in TEXTS:
        return "" if text.strip() else "a value is missing"
    least, most = RANGES.get(name, (1, 1_000_000))
    try:
        value = float(text)
    except ValueError:
        return f"a number from {least:g} to {most:g}"
    whole = name in WHOLE or name not in RANGES
    if not least <= value <= most or (whole and value != int(value)):
        return f"{'a whole number' if whole else 'a number'} from {least:g} to {most:g}"
    return ""
