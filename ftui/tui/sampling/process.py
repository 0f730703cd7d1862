"""The app's handle on the sampling worker: requests go out, answers come back as messages of the app."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.message import Message

from ftui.jobs.client import Worker
from ftui.jobs.protocol import Message as Answer
from ftui.jobs.protocol import dump_project
from ftui.tui.sampling.messages import Choices, SamplingDied, SamplingHeard, Told

if TYPE_CHECKING:
    from ftui.project.settings import Project


class SamplingProcess:
    """The worker process; it is started by the first request, and again after it died."""

    def __init__(
        self, project: Project, paths: Sequence[str], post: Callable[[Message], object], log: Path
    ) -> None:
        self._post = post
        self._opening: dict[str, Any] = {"project": dump_project(project), "paths": list(paths)}
        self._worker = Worker(self._answered, log, module="ftui.jobs.sampling")
        self._open = False

    def _request(self, kind: str, choices: Choices, **fields: Any) -> int:
        if not self._open:
            self._open = True
            self._worker.request("open", **self._opening)
        return self._worker.request(kind, choices=choices.plain(), **fields)

    def describe(self, choices: Choices) -> None:
        """Get the models and the settings with their sources."""
        self._request("describe", choices)

    def plan(self, choices: Choices) -> None:
        """Get the prompts of the run."""
        self._request("plan", choices)

    def render(self, choices: Choices, prompt: tuple[str, str], model: str) -> None:
        """Get the exact prompt as the model will read it."""
        self._request("render", choices, prompt=list(prompt), model=model)

    def prompt(self, choices: Choices, prompt: tuple[str, str]) -> None:
        """Get the turns of a prompt, to be edited."""
        self._request("turns", choices, prompt=list(prompt))

    def run(self, choices: Choices) -> None:
        """Sample what the review does not hold yet."""
        self._request("run", choices)

    def try_out(self, choices: Choices, messages: Sequence[tuple[str, str]], models: Sequence[str]) -> None:
        """Sample a prompt that is not part of the review."""
        self._request("try", choices, messages=[list(each) for each in messages], only=list(models))

    def stop(self) -> None:
        """Stop what is sampled."""
        if self._open:
            self._worker.request("stop")

    def close(self) -> None:
        """End the process with everything it started."""
        self._worker.close()

    def _answered(self, answer: Answer) -> None:
        if answer.head["kind"] == "died":
            self._open = False
            lines = answer.head["log"].splitlines()
            self._post(SamplingDied(answer.head["code"], lines[-1] if lines else ""))
        else:
            self._post(SamplingHeard(Told(answer.head, answer.payload)))
