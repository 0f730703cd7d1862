"""The sampling screen: models, settings with their sources, the plan, and the outputs as they stream."""

from __future__ import annotations

from textual.dom import DOMNode

from ftui.tui.key import Key, Place
from ftui.tui.sampling.messages import Told
from ftui.tui.sampling.state import ModelLine
from ftui.tui.screens.sampling_layout import Pane
from ftui.tui.screens.sampling_pages import SamplingPages
from ftui.tui.widgets.notes_view import NotesView

MOST_NOTES = 6
"""Of the run; the log page has all."""


class SamplingScreen(SamplingPages):
    """Draws what the app knows of sampling, and asks the app to do things."""

    def on_mount(self) -> None:
        self.show_all()

    def on_screen_resume(self) -> None:
        """What came while another screen was seen was never painted."""
        self.show_all()
        self.outputs.refresh()

    def show_all(self) -> None:
        """Everything anew: models, settings, notes, prompts."""
        models = self.models
        models.left_out = self.sampling_app.choices.left_out
        models.cursor = models.validate_cursor(models.cursor)
        self.show_panes()
        models.refresh()
        self.show_settings()
        self.prompts.refresh()
        self.renew()

    def show_pane(self, pane: Pane) -> None:
        super().show_pane(pane)
        self.show_settings()

    def show_settings(self) -> None:
        """The settings of the model under the cursor, and what a person should know."""
        model = self.models.model
        several = len(self.state.models) > 1
        self.settings.show(() if model is None else model.settings, model.name if model and several else "")
        self.query_one("#notes", NotesView).show(self._notes(model))

    def _notes(self, model: ModelLine | None) -> list[tuple[str, str]]:
        state = self.state
        notes = [("error", state.missing)] if state.missing else []
        if not state.models and not state.missing:
            notes.append(("info", "looking for models …" if not state.described else NO_MODEL))
        if model is not None:
            notes += [("error", model.error)] if model.error else []
            notes += [("warning", each) for each in model.warnings]
        setting = self.settings.setting
        if self.pane == "settings" and setting is not None and self.settings.is_cut(setting):
            name = setting.name.replace("_", " ")
            notes.append(("info", f"{name}: {setting.value or 'none'} · {setting.source}"))
        notes += [("info", each) for each in state.told[-MOST_NOTES:]]
        return notes

    def heard(self, told: Told) -> None:
        """The worker said something that the app took down."""
        kind = told.head["kind"]
        if kind in ("described", "planned", "died", "finished", "failed", "model-failed", "started"):
            self.show_all()
        elif kind in ("loaded", "note"):
            self.show_settings()
        elif kind == "rendered":
            self.show_exact(told)
        elif kind == "turns":
            self.open_editor(told)

    # The run

    def action_start(self) -> None:
        """Sample what the review does not hold yet."""
        state = self.state
        if state.busy:
            self.notify(f"Sampling goes on; {self.key('sampling-stop')} stops it.", timeout=3)
        elif state.missing:
            self.notify(state.missing, severity="error", timeout=10, markup=False)
        elif not self.sampling_app.sampled_models:
            self.notify(
                NO_MODEL if not state.models else "Every model is left out or broken.", severity="warning"
            )
        elif state.plan is None:
            self.notify(state.plan_error or "The prompts are still being chosen.", markup=False, timeout=5)
        else:
            self.sampling_app.start_sampling()
            self.show_pane("outputs")

    def action_stop(self) -> None:
        """Stop at once."""
        if not self.state.busy:
            self.notify("Nothing is being sampled.", timeout=3)
        self.sampling_app.stop_sampling()
        self.renew()

    def action_new_review(self) -> None:
        """Sample into a new review, though there is one with the same models and settings."""
        if self.state.phase == "idle":
            self.sampling_app.begin_new_review()
        else:
            self.notify("Sampling goes on into this one.", timeout=3)

    def action_back(self) -> None:
        """To the screen before; sampling goes on."""
        self.dismiss()

    def action_spelt(self) -> None:
        """Spell special tokens out, or draw them as symbols."""
        self.outputs.toggle_spelt()

    # Models

    def action_leave_out(self) -> None:
        """Take the model out of the run, or in again."""
        model = self.models.model
        if model is not None:
            choices = self.sampling_app.choices
            self.sampling_app.choices = choices._replace(left_out=choices.left_out ^ {model.name})
            self.models.left_out = self.sampling_app.choices.left_out
            self.models.refresh()

    def action_add_model(self) -> None:
        """Another model, by its path or address."""
        from ftui.tui.screens.sampling_paths import ask_model, demo_model

        app = self.sampling_app

        def add(spec: str) -> None:
            app.choose(app.choices._replace(models=(*app.choices.models, spec)))

        ask_model(self, add, "" if self.state.models else demo_model())

    def action_drop_model(self) -> None:
        """Take a model away that was added here."""
        model, app = self.models.model, self.sampling_app
        if model is None or model.spec not in app.choices.models:
            self.notify(
                f"Only a model that was added here can be taken away; {self.key('models-leave-out')} leaves one out.",
                timeout=5,
            )
            return
        rest = tuple(each for each in app.choices.models if each != model.spec)
        app.choose(app.choices._replace(models=rest))

    # Settings

    def action_edit_setting(self) -> None:
        """Another value for the setting under the cursor."""
        line = self.settings.setting
        if line is not None:
            self.ask_value(line)

    def action_reset_setting(self) -> None:
        """What the files say."""
        line = self.settings.setting
        if line is not None:
            self.sampling_app.reset_value(line.name)

    # Help

    def help_places(self) -> list[Place]:
        return [self.pane, "sampling", "app"]

    def target_of(self, key: Key) -> DOMNode | None:
        in_pane = key.place == self.pane and not key.action.startswith("screen.")
        return self.query_one(f"#{self.pane}") if in_pane else super().target_of(key)


NO_MODEL = (
    "no model is known: a adds a GGUF file or a server here; or name them under [[review.models]] in ftui.toml,"
    " or gguf under [model]"
)
