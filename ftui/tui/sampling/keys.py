"""The keys of the sampling screen and of its panes."""

from __future__ import annotations

from collections.abc import Iterator

from ftui.tui.key import Key, Place


def moves(place: Place, what: str) -> Iterator[Key]:
    """Moving is the same in every list."""
    yield Key(f"{place}-down", "down,j", "move(1)", place, "Down", f"The next {what}.")
    yield Key(f"{place}-up", "up,k", "move(-1)", place, "Up", f"The {what} before.")
    yield Key(f"{place}-page-down", "pagedown", "page(1)", place, "Page down", "One page down.")
    yield Key(f"{place}-page-up", "pageup", "page(-1)", place, "Page up", "One page up.")
    yield Key(f"{place}-top", "g,home", "top", place, "Top", f"The first {what}.")
    yield Key(f"{place}-bottom", "G,end", "bottom", place, "Bottom", f"The last {what}.")


SAMPLING_KEYS: tuple[Key, ...] = (
    Key(
        "sampling-start",
        "s",
        "start",
        "sampling",
        "Start",
        "Sample every output of the plan that the review does not hold yet.",
        10,
    ),
    Key(
        "sampling-stop",
        "x,ctrl+k",
        "stop",
        "sampling",
        "Stop",
        "Stop at once; what is sampled is kept, and start goes on from there.",
        12,
    ),
    Key(
        "sampling-review",
        "r",
        "review",
        "sampling",
        "Review",
        "Judge the outputs that are there, while sampling goes on.",
        20,
    ),
    Key(
        "sampling-try",
        "e",
        "try",
        "sampling",
        "Edit and try",
        "Edit the prompt, sample it at once with these settings, beside the review.",
        25,
    ),
    Key(
        "sampling-outputs",
        "o",
        "outputs",
        "sampling",
        "Outputs",
        "The outputs as they come, or the prompts of the plan.",
        30,
    ),
    Key(
        "sampling-spelt",
        "w",
        "spelt",
        "sampling",
        "Special tokens",
        "Spell out special tokens, line breaks and what was cut off; or draw them as symbols.",
        40,
    ),
    Key(
        "sampling-new",
        "N",
        "new_review",
        "sampling",
        "New review",
        "Sample into a new review; else a run with the same models and settings goes on with the newest.",
    ),
    Key(
        "sampling-log", "L", "log", "sampling", "Log", "What the engine wrote, and the notes of the run.", 50
    ),
    Key("sampling-next-pane", "tab", "pane(1)", "sampling", "Next pane", "Models, settings, prompts.", 80),
    Key(
        "sampling-previous-pane",
        "shift+tab",
        "pane(-1)",
        "sampling",
        "Previous pane",
        "Prompts, settings, models.",
    ),
    Key("sampling-back", "escape", "back", "sampling", "Back", "Back; sampling goes on.", 85),
    Key(
        "sampling-help",
        "question_mark,f1",
        "help",
        "sampling",
        "Help",
        "Every key; type to narrow, Enter does it.",
        92,
    ),
    *moves("models", "model"),
    Key(
        "models-details", "enter", "screen.details", "models", "Details", "All that is known of the model.", 2
    ),
    Key(
        "models-leave-out",
        "space",
        "screen.leave_out",
        "models",
        "Sample or not",
        "Leave the model out of the run, or take it in again.",
        3,
    ),
    Key(
        "models-add",
        "a",
        "screen.add_model",
        "models",
        "Add",
        "Another model: a GGUF file, with an adapter, or the address of a server.",
        4,
    ),
    Key("models-drop", "d,delete", "screen.drop_model", "models", "Take away", "Take an added model away."),
    *moves("settings", "setting"),
    Key("settings-edit", "enter", "screen.edit_setting", "settings", "Change", "Set another value.", 2),
    Key(
        "settings-reset",
        "backspace",
        "screen.reset_setting",
        "settings",
        "Reset",
        "Back to what the project, the Modelfile or the model says.",
        3,
    ),
    *moves("prompts", "prompt"),
    Key(
        "prompts-exact",
        "enter",
        "screen.exact",
        "prompts",
        "Exact prompt",
        "The prompt byte for byte as the model under the cursor reads it.",
        2,
    ),
    Key("outputs-down", "down,j", "scroll(1)", "outputs", "Down", "One line down."),
    Key("outputs-up", "up,k", "scroll(-1)", "outputs", "Up", "One line up."),
    Key("outputs-page-down", "pagedown,space", "page(1)", "outputs", "Page down", "One page down."),
    Key("outputs-page-up", "pageup", "page(-1)", "outputs", "Page up", "One page up."),
    Key("outputs-top", "g,home", "top", "outputs", "Top", "The oldest output."),
    Key("outputs-bottom", "G,end", "bottom", "outputs", "Bottom", "The newest output, and follow it."),
    # An edited prompt. Letters are text there, so its keys are chords.
    Key("try-sample", "ctrl+s", "sample", "try", "Sample", "Sample the text as it is now.", 1),
    Key("try-stop", "ctrl+k", "stop", "try", "Stop", "Stop at once.", 2),
    Key("try-turn-next", "ctrl+down,f4", "turn(1)", "try", "Next turn", "Edit the next turn.", 4),
    Key("try-turn-previous", "ctrl+up,f3", "turn(-1)", "try", "Turn before", "Edit the turn before.", 5),
    Key("try-setting", "f2", "setting", "try", "Settings", "Set another value, for this and for the run.", 6),
    Key("try-spelt", "ctrl+w", "spelt", "try", "Special tokens", "Spell special tokens out, or not.", 7),
    Key("try-scroll-down", "pagedown", "scroll(1)", "try", "Page down", "Scroll the outputs down."),
    Key("try-scroll-up", "pageup", "scroll(-1)", "try", "Page up", "Scroll the outputs up."),
    Key("try-back", "escape", "back", "try", "Back", "Back; the edited prompt is kept for the next time.", 8),
)
