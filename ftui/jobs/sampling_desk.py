"""What the sampling worker does for each request: models, plan, exact prompts, a run, an edited prompt."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from ftui.dataset.dataset import Dataset
from ftui.dataset.formats.base import never, no_progress
from ftui.jobs import sampling_folder, sampling_models
from ftui.jobs.protocol import load_project
from ftui.jobs.sampling_choices import Chosen
from ftui.jobs.sampling_events import Events, readable
from ftui.jobs.sampling_trial import Trial
from ftui.model.ollama_template import Message
from ftui.project.errors import FtuiError
from ftui.project.settings import Project, ReviewModel
from ftui.review import location
from ftui.review.flags.examiner import Examiner
from ftui.review.planning import kept_plan
from ftui.review.planning.plan import USUAL_PROMPTS, USUAL_STRATA, Plan, PlanOptions, make_plan
from ftui.review.prompt import Prompt, conversation_id
from ftui.review.sampling import job
from ftui.review.sampling.cancellation import Cancellation
from ftui.review.sampling.entries import entries
from ftui.review.sampling.job_tasks import Entry
from ftui.review.sampling.model_spec import inference_of
from ftui.review.sampling.settings import shown_path
from ftui.review.store import ReviewStore
from ftui.store.location import prepare

Head = Mapping[str, Any]
Tell = Callable[..., None]
FIRST_WORDS = 200
"""Characters of a prompt that its line in the list is made of."""
UNPLANNED = Plan((), ())


class SamplingDesk:
    """Answers requests; those of one kind come one at a time."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._project = Project(Path())
        self._paths: list[str] = []
        self._planning = threading.Lock()
        self._plans: dict[PlanOptions, Plan] = {}
        self._trial = Trial()
        self._asked: Mapping[str, Callable[[Head, Cancellation], None]] = {
            "describe": self._describe,
            "plan": self._plan,
            "render": self._render,
            "turns": self._turns,
            "run": self._run,
            "try": self._try,
        }

    def open(self, head: Head) -> None:
        """What all later requests are about."""
        self._project = load_project(head["project"])
        self._paths = list(head["paths"])
        self._plans.clear()

    def handle(self, head: Head, cancel: Cancellation) -> None:
        """Answer one request. Raises FtuiError."""
        self._asked[head["kind"]](head, cancel)

    def close(self) -> None:
        """End what is held for the next trial."""
        self._trial.close()

    # Models and settings

    def _describe(self, head: Head, _cancel: Cancellation) -> None:
        chosen = Chosen.read(head["choices"])
        self._tell_models(chosen, self._plans.get(self._options(chosen), UNPLANNED))

    def _tell_models(self, chosen: Chosen, plan: Plan) -> None:
        project = self._project
        models = sampling_models.models_of(project, chosen)
        why = "" if models else sampling_models.why_no_models(project)
        self._tell(
            "described",
            models=[self._told(model, spec, chosen, plan) for model, spec in models],
            missing=why or sampling_models.missing_engine([model for model, _ in models]),
        )

    def _told(self, model: ReviewModel, spec: str, chosen: Chosen, plan: Plan) -> dict[str, Any]:
        of_plan = self._plan_settings(chosen)
        try:
            (entry,) = entries(self._project, [model], plan, chosen.flags(self._per_prompt(chosen)))
        except FtuiError as error:
            told = sampling_models.told_model(self._project, model, spec, None, error.message)
        else:
            told = sampling_models.told_model(self._project, model, spec, entry.settings, "")
        return told | {"settings": [*of_plan, *told["settings"]]}

    def _plan_settings(self, chosen: Chosen) -> list[tuple[str, str, str, bool]]:
        """The settings of the plan, with their sources."""
        sampling, options = self._project.sampling, self._options(chosen)
        values = {
            "prompts": (str(options.n or USUAL_PROMPTS), sampling.prompts),
            "per_prompt": (str(self._per_prompt(chosen)), sampling.per_prompt),
            "strata": (", ".join(options.strata or USUAL_STRATA), sampling.strata or None),
        }
        return [
            (
                name,
                readable(value),
                "set here" if name in chosen.values else "ftui.toml" if said is not None else "default",
                False,
            )
            for name, (value, said) in values.items()
        ]

    # The plan

    def _options(self, chosen: Chosen) -> PlanOptions:
        sampling = self._project.sampling
        return chosen.plan_options(sampling.prompts, sampling.strata, sampling.seed)

    def _per_prompt(self, chosen: Chosen) -> int:
        return max(1, chosen.number("per_prompt") or self._project.sampling.per_prompt or 1)

    def _planned(self, chosen: Chosen) -> Plan:
        options = self._options(chosen)
        with self._planning:
            if options not in self._plans:
                with self._dataset() as dataset:
                    self._plans[options] = make_plan(self._project, dataset, options)
            return self._plans[options]

    @contextmanager
    def _dataset(self) -> Iterator[Dataset | None]:
        """The rows as they are saved; None without files."""
        if not self._paths:
            yield None
            return
        dataset = Dataset.open(self._paths, self._project)
        try:
            for document in dataset.documents:
                document.build_index(no_progress, never)
            yield dataset
        finally:
            dataset.close()

    def _plan(self, head: Head, _cancel: Cancellation) -> None:
        chosen = Chosen.read(head["choices"])
        plan = self._planned(chosen)
        folder = self._kept(chosen)
        prompts = [
            (each.prompt_id, each.stratum, readable(_first_words(each)), readable(each.why))
            for each in plan.prompts
        ]
        self._tell(
            "planned",
            prompts=prompts,
            per_prompt=self._per_prompt(chosen),
            done=sampling_folder.held(folder),
            folder=str(folder) if folder else "",
            shown=self._shown(folder),
            notes=[readable(each) for each in plan.notes],
        )
        # The data says where answers end and how long they are: settings may follow from it.
        self._tell_models(chosen, plan)

    # One prompt

    def _render(self, head: Head, _cancel: Cancellation) -> None:
        chosen = Chosen.read(head["choices"])
        prompt = self._prompt(head, chosen)
        entry = self._entries(chosen, [head["model"]])[0]
        question = entry.question(prompt)
        template = entry.settings.template
        by = f"template: {template.value}, {template.source}"
        if question.messages is not None:
            by = "messages, which the server renders by its own template"
        self._tell(
            "rendered",
            question.text.encode("utf-8", "surrogatepass"),
            model=entry.model.name,
            by=readable(by),
            notes=[readable(each) for each in question.notes],
            tokens=None,
        )

    def _turns(self, head: Head, _cancel: Cancellation) -> None:
        prompt = self._prompt(head, Chosen.read(head["choices"]))
        turns = [(each.role, readable(each.content)) for each in prompt.messages]
        self._tell("turns", prompt=head["prompt"], messages=turns)

    def _prompt(self, head: Head, chosen: Chosen) -> Prompt:
        wanted = tuple(head["prompt"])
        for each in self._planned(chosen).prompts:
            if (each.prompt_id, each.stratum) == wanted:
                return each
        raise FtuiError("the plan has changed: this prompt is not in it any more", "choose another")

    def _entries(self, chosen: Chosen, names: Sequence[str] | None = None) -> list[Entry]:
        """The models that are sampled, or those named. Raises FtuiError where there are none."""
        models = [
            model
            for model, _ in sampling_models.models_of(self._project, chosen)
            if (model.name not in chosen.left_out if names is None else model.name in names)
        ]
        if not models:
            raise FtuiError("no model to sample", "name one under [[review.models]] in ftui.toml, or add one")
        return entries(self._project, models, self._planned(chosen), chosen.flags(self._per_prompt(chosen)))

    # Sampling

    def _run(self, head: Head, cancel: Cancellation) -> None:
        chosen = Chosen.read(head["choices"])
        self._trial.close()  # its models would take the memory of those of the run
        plan = self._planned(chosen)
        sampled = self._entries(chosen)
        folder = self._kept(chosen, sampled) or self._new(sampled)
        self._tell("folder", folder=str(folder), shown=self._shown(folder))
        order = job.Order(
            per_prompt=self._per_prompt(chosen),
            stream=True,
            post_process=self._project.review.post_process,
            state=prepare(self._project.root).folder,
        )
        store = ReviewStore.create(folder)
        events = Events(self._tell)
        inference = inference_of(self._project, sampled[-1].model)
        systems = {each.model.name: each.model.system for each in sampled if each.model.system is not None}
        try:
            kept_plan.keep(store, plan)
            # The examiner reads rows while it works.
            with self._dataset() as dataset:
                examiner = Examiner.of(self._project, inference=inference, dataset=dataset, systems=systems)
                job.run(store, plan.prompts, sampled, order, events, cancel, examiner=examiner)
        finally:
            events.close()
            store.close()

    def _kept(self, chosen: Chosen, sampled: Sequence[Entry] | None = None) -> Path | None:
        """The review that a run would go on with; None: a new one."""
        if chosen.folder is not None or chosen.fresh:
            return chosen.folder
        try:
            sampled = sampled or self._entries(chosen)
        except FtuiError:
            return None
        return sampling_folder.going_on(self._project.root, sampled)

    def _new(self, sampled: Sequence[Entry]) -> Path:
        names = [entry.model.name for entry in sampled]
        return location.new_folder(self._project.root, names, datetime.now())

    def _shown(self, folder: Path | None) -> str:
        return readable(shown_path(folder, self._project.root)) if folder is not None else ""

    def _try(self, head: Head, cancel: Cancellation) -> None:
        chosen = Chosen.read(head["choices"])
        messages = tuple(Message(role, content) for role, content in head["messages"])
        prompt = Prompt(conversation_id(messages), "file", messages, why="edited")
        sampled = self._entries(chosen, head["only"])

        def tell(kind: str, **fields: Any) -> None:
            self._tell(kind, tried=True, **fields)

        events = Events(tell)
        try:
            self._trial.sample(prompt, sampled, self._per_prompt(chosen), events, tell, cancel)
        finally:
            events.close()
            self._tell("tried")


def _first_words(prompt: Prompt) -> str:
    """What a person knows the prompt by: the last turn, of a probe the beginning of its half."""
    return prompt.messages[-1].content[:FIRST_WORDS] if prompt.messages else ""
