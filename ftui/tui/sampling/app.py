"""What the app knows of sampling while any screen is shown: the worker, the person's choices, what came so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from textual import on

from ftui.tui.desk.checking_app import CheckingApp
from ftui.tui.sampling.messages import RESTARTS, Choices, Sampler, SamplingDied, SamplingHeard, Told
from ftui.tui.sampling.state import ModelLine, SamplingState

if TYPE_CHECKING:
    from textual.screen import Screen

    from ftui.tui.screens.sampling import SamplingScreen
    from ftui.tui.screens.sampling_try import TryScreen


class SamplingApp(CheckingApp):
    """Sampling goes on whatever is on the screen; its screens only draw what is known here."""

    sampler: Sampler | None = None
    choices = Choices()
    _deaths = 0
    _done_at_death = 0

    def make_sampler(self) -> Sampler:
        """The worker process; its log lies beside the others."""
        from ftui.project.locations import state_dir
        from ftui.tui.sampling.process import SamplingProcess

        dataset = self.session.dataset
        folder = dataset.project.root / ".ftui"
        paths = [str(document.path) for document in dataset.documents]
        log = (folder if folder.is_dir() else state_dir()) / "sampling.log"
        return SamplingProcess(dataset.project, paths, self.post_message, log)

    @property
    def sampling(self) -> SamplingState:
        """All that is known; begun when it is first asked for."""
        if self._sampling is None:
            self._sampling = SamplingState()
        return self._sampling

    _sampling: SamplingState | None = None

    @property
    def asked(self) -> Sampler:
        """The worker, begun when it is first needed."""
        if self.sampler is None:
            self.sampler = self.make_sampler()
        return self.sampler

    @property
    def sampled_models(self) -> Sequence[ModelLine]:
        """Those that a run samples."""
        return [
            each for each in self.sampling.models if not each.error and each.name not in self.choices.left_out
        ]

    def action_models(self) -> None:
        """Open the sampling screen."""
        from ftui.tui.screens.sampling import SamplingScreen

        if self.sampler is None:
            self.asked.describe(self.choices)
            self.asked.plan(self.choices)
        below = self.screen_stack[-2] if len(self.screen_stack) > 1 else None
        if isinstance(below, SamplingScreen):
            self.call_later(self.run_action, "back", self.screen)  # it lies under the review
        elif not isinstance(self.screen, SamplingScreen):
            self.push_screen(SamplingScreen(self.sampling))

    def begin_new_review(self) -> None:
        """The next run goes into a new review."""
        self.choose(self.choices._replace(fresh=True, folder=None))

    # Choices

    def choose(self, choices: Choices) -> None:
        """Have models, settings and plan told as they are chosen now."""
        self.choices = choices
        self.asked.describe(choices)
        self.sampling.plan_error = ""
        self.asked.plan(choices)

    def set_value(self, name: str, value: str) -> None:
        """Set a setting for everything that is sampled from now on."""
        values = {**self.choices.values, name: value}
        self.choose(self.choices._replace(values=values))
        self._say_when()

    def reset_value(self, name: str) -> None:
        """Back to what the files say."""
        values = {key: value for key, value in self.choices.values.items() if key != name}
        if values != self.choices.values:
            self.choose(self.choices._replace(values=values))
            self._say_when()

    def _say_when(self) -> None:
        if self.sampling.phase == "running":
            self.notify("The run goes on as it began; this counts from the next start.", timeout=4)

    # The run

    def start_sampling(self) -> None:
        """Sample what is missing."""
        self._deaths = 0
        state = self.sampling
        state.failed.clear()
        state.phase, state.doing, state.ended = "running", "starting", ""
        self.asked.run(self.choices)

    def stop_sampling(self) -> None:
        """Stop at once; nothing that was sampled is lost."""
        state = self.sampling
        if state.phase == "running":
            state.phase = "stopping"
        if state.busy:
            self.asked.stop()

    def ask_to_stop_sampling(self, then: Callable[[], None]) -> None:
        """Leaving ends the run: ask, as it may have taken hours to come so far."""
        from ftui.tui.screens.ask_modal import AskModal, Choice

        progress = self.sampling.progress
        question = f"Sampling goes on: {progress.done:,} of {progress.total:,}."
        choices = [
            Choice("l", "stop it and leave; what is sampled is kept, and start goes on from there", "leave")
        ]

        def answered(answer: str | None) -> None:
            if answer == "leave":
                self.stop_sampling()
                then()

        self.push_screen(AskModal(question, "", choices, escape="stay"), answered)

    # What the worker says

    @on(SamplingHeard)
    def _sampling_heard(self, event: SamplingHeard) -> None:
        from ftui.tui.sampling.hearing import take

        head = event.told.head
        take(self.sampling, head)
        if head["kind"] == "failed":
            self.notify(_with_hint(head), severity="error", timeout=10, markup=False)
        elif head["kind"] == "model-failed":
            self.notify(f"{head['model']}: {_with_hint(head)}", severity="error", timeout=10, markup=False)
        elif head["kind"] == "note" and head["level"] == "warning" and self._top_sampling() is None:
            self.notify(head["text"], severity="warning", timeout=8, markup=False)
        elif head["kind"] == "folder":
            # A new review is begun once: after a death the run goes on in it.
            self.choices = self.choices._replace(fresh=False)
        elif head["kind"] == "finished" and self._top_sampling() is None:
            self.notify(f"Sampling ended: {self.sampling.ended}.", timeout=6, markup=False)
        for screen in self._sampling_screens():
            screen.heard(event.told)

    @on(SamplingDied)
    def _sampling_died(self, event: SamplingDied) -> None:
        state = self.sampling
        why = f"the process that samples ended (code {event.code}){f': {event.last}' if event.last else ''}"
        was_running = state.phase == "running"
        if state.progress.done > self._done_at_death:
            self._deaths = 0
        self._deaths, self._done_at_death = self._deaths + 1, state.progress.done
        state.trying, state.phase, state.doing = False, "idle", ""
        again = was_running and self._deaths <= RESTARTS
        state.ended = why
        state.told.append(why)
        self.notify(
            f"{why}; {'it is started again and goes on where it was' if again else 'what was sampled is kept'}",
            severity="error",
            timeout=10,
            markup=False,
        )
        if again:
            state.phase, state.doing = "running", "starting again"
            self.asked.run(self.choices)
        for screen in self._sampling_screens():
            screen.heard(Told({"kind": "died"}))

    def _sampling_screens(self) -> list[SamplingScreen | TryScreen]:
        from ftui.tui.screens.sampling import SamplingScreen
        from ftui.tui.screens.sampling_try import TryScreen

        return [each for each in self.screen_stack if isinstance(each, SamplingScreen | TryScreen)]

    def repaint_sampling(self) -> None:
        """Have the sampling screens drawn anew: the colours changed."""
        if self._sampling is not None:
            for screen in self._sampling_screens():
                screen.repaint()

    def _top_sampling(self) -> Screen[None] | None:
        """The sampling screen, where it is what is seen: it shows notes itself."""
        shown = self._sampling_screens()
        return shown[-1] if shown and self.screen is shown[-1] else None

    def close_sampler(self) -> None:
        """End the worker with everything it started."""
        if self.sampler is not None:
            self.sampler.close()


def _with_hint(head: Mapping[str, Any]) -> str:
    return f"{head['error']}; {head['hint']}" if head.get("hint") else str(head["error"])
