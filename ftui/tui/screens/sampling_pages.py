"""Pages over the sampling screen: a model, the exact prompt, the engine's log; and the way to other screens."""

from __future__ import annotations

from collections.abc import Iterator

from ftui.tui.cell_text import one_line
from ftui.tui.sampling.messages import Told
from ftui.tui.screens.page_modal import Page, PageModal
from ftui.tui.screens.sampling_layout import SamplingLayout
from ftui.tui.special_marks import lines_of, spelt
from ftui.tui.widgets.lines import Piece


class LogPage(PageModal):
    """What the engine wrote, as it wrote it."""

    AS_WRITTEN = ("log",)


class ExactPage(Page):
    """A prompt with its special tokens marked and every invisible character drawn."""

    text = ""
    notes: tuple[str, ...] = ()

    def _make(self, width: int) -> Iterator[list[Piece]]:
        palette = self.palette
        name = one_line(self.parts.get("name", "")) if not callable(self.parts) else ""
        yield [(f"{one_line(self.code)} ", palette.bar_strong), (f" {name}", palette.bar_dim)]
        for note in self.notes:
            yield [(one_line(note), palette.unsaved)]
        yield []
        text, spans = spelt(self.text)
        yield from lines_of(text, spans, width, palette, breaks=True, plain=palette.bar)


class ExactModal(PageModal):
    """Gives back "next" or "previous" for the neighbouring prompt, "model" for the next model."""

    DEFAULT_CSS = "ExactModal > Page { width: 100; }"
    BINDINGS = [
        ("n", "dismiss('next')", "Next prompt"),
        ("p", "dismiss('previous')", "Prompt before"),
        ("m", "dismiss('model')", "Next model"),
    ]

    def __init__(self, title: str, about: str, text: str, notes: tuple[str, ...]) -> None:
        super().__init__(title, {})
        keys = "   n p  prompt   m  model"
        page = ExactPage(title, {"name": about}, (), keys)
        page.text, page.notes = text, notes
        self.page = page


class SamplingPages(SamplingLayout):
    """What opens on the sampling screen."""

    # A model

    def action_details(self) -> None:
        """Everything that is known of the model under the cursor."""
        model = self.models.model
        if model is None:
            return
        parts = {"name": model.file, "cannot be used": model.error or self.state.failed.get(model.name, "")}
        parts |= dict(model.details)
        parts["engine"] = self.state.engines.get(model.name, "")
        self.app.push_screen(PageModal(one_line(model.name), parts))

    # The exact prompt

    def action_exact(self) -> None:
        """The prompt under the cursor as the model under the cursor reads it."""
        prompt, model = self.prompts.prompt, self.models.model
        if prompt is None:
            self.notify("No prompt is planned yet.", timeout=3)
        elif model is None:
            self.notify("A model is needed: its template makes the prompt.", timeout=3)
        else:
            app = self.sampling_app
            app.asked.render(app.choices, (prompt.prompt_id, prompt.stratum), model.name)

    def show_exact(self, told: Told) -> None:
        """The prompt came."""
        head = told.head
        text = told.payload.decode("utf-8", "surrogatepass")
        size = f"{len(told.payload):,} bytes" + (f", {head['tokens']:,} tokens" if head["tokens"] else "")
        title = f"exact prompt for {head['model']}"
        page = ExactModal(title, f"{size} · {head['by']}", text, tuple(head["notes"]))
        self.app.push_screen(page, self._after_exact)

    def _after_exact(self, asked: str | None) -> None:
        if asked is None:
            return
        if asked == "model":
            self.models.cursor = (self.models.cursor + 1) % max(1, self.models.count)
        else:
            self.prompts.cursor += 1 if asked == "next" else -1
        self.action_exact()

    # The log

    def action_log(self) -> None:
        """What the engines wrote, and the notes of the run."""
        state = self.state
        parts = {
            "name": f"{state.shown_folder}/logs" if state.folder else "",
            "engines": "\n".join(f"{name}: {engine}" for name, engine in state.engines.items()),
            "notes": "\n".join(state.told),
            "log": "\n".join(text for _, text in state.log) or "nothing was written yet",
        }
        self.app.push_screen(LogPage("log", parts))

    # An edited prompt

    def action_try(self) -> None:
        """Edit the prompt under the cursor and sample it at once; the last draft, where there is none."""
        from ftui.tui.screens.sampling_try import TryScreen

        prompt = self.prompts.prompt
        draft = self.state.draft
        if not self.sampling_app.sampled_models:
            self.notify("A model is needed first.", timeout=3)
        elif prompt is None or (draft is not None and draft.prompt_id == prompt.prompt_id):
            self.app.push_screen(TryScreen(self.state))
        else:
            app = self.sampling_app
            app.asked.prompt(app.choices, (prompt.prompt_id, prompt.stratum))

    def open_editor(self, told: Told) -> None:
        """The turns of the prompt came."""
        from ftui.tui.sampling.state import Draft
        from ftui.tui.screens.sampling_try import TryScreen

        head = told.head
        turns = [(role, content) for role, content in head["messages"]]
        self.state.draft = Draft(head["prompt"][0], turns)
        self.app.push_screen(TryScreen(self.state))

    async def action_review(self) -> None:
        """Judge what is there; sampling goes on beside it."""
        await self.app.run_action("newest_review", self.app)
