"""The flags of outputs: those of one prompt as they come, and those that need all outputs of a review."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from ftui.dataset.dataset import Dataset
from ftui.model.inference import Inference
from ftui.model.ollama_template import Message
from ftui.project.settings import Project
from ftui.review.flags import (
    against_base,
    completeness,
    consistency,
    form,
    known_of,
    leaks,
    lengths,
    memory,
    regurgitation,
    rendered_system,
    rules_on_outputs,
    stopping,
    tongue,
    topic,
)
from ftui.review.flags.output import Case, Known, Output
from ftui.review.flags.training_answers import TrainingAnswers
from ftui.review.prompt import Prompt
from ftui.review.sample import Flag, Sample
from ftui.text.special_tokens import KNOWN

SET_WIDE = frozenset({"stop-not-learnt", "same-as-base"})
"""Codes that only `examine_all` gives."""
_UNJUDGED = ("cancelled", "error")

Detector = Callable[[Output], Iterable[Flag]]
_DETECTORS: tuple[Detector, ...] = (
    stopping.runaway,
    stopping.wrong_end_token,
    leaks.leaked_token,
    stopping.loop,
    rules_on_outputs.flags,
    leaks.leaked_tag,
    leaks.nearly_recited,
    tongue.off_language,
    completeness.incomplete,
    lengths.too_short,
    lengths.too_verbose,
    topic.off_topic,
    form.template_deviation,
)
_OF_EMPTY: tuple[Detector, ...] = (stopping.runaway, stopping.wrong_end_token, leaks.leaked_token)
_FOLLOWS = {
    "loop": ("too-verbose", "incomplete"),
    "refusal": ("too-short", "hedged", "off-topic", "incomplete", "template-deviation"),
    "off-language": ("off-topic",),
    "too-short": ("incomplete",),
    "template-deviation": ("incomplete", "too-verbose"),
    "leaked-prompt": ("too-verbose",),
    "regurgitation": ("off-topic", "off-language", "too-verbose"),
}
"""What follows from a fault is not said beside it: one cause, one flag."""


class Examiner:
    """Looks for faults in outputs; made once a job. The first call reads the data: 1 s, of a million rows 25 s."""

    def __init__(
        self,
        project: Project,
        inference: Inference | None,
        dataset: Dataset | None,
        systems: Mapping[str, str] | None = None,
    ) -> None:
        self._project = project
        self._inference = inference
        self._dataset = dataset
        self._systems = systems or {}

    @classmethod
    def of(
        cls,
        project: Project,
        *,
        inference: Inference | None = None,
        dataset: Dataset | None = None,
        systems: Mapping[str, str] | None = None,
    ) -> Examiner:
        """What the project, its model files and its data say of answers; the dataset must stay open.

        Without a dataset nobody looks for recited training answers. `systems` are the system prompts that models have
        of their own, by name: they stand instead of the rows'.
        """
        return cls(project, inference, dataset, systems)

    @cached_property
    def known(self) -> Known:
        """What holds for all outputs."""
        return known_of.known(self._project, self._inference or Inference.of(self._project), self._dataset)

    @cached_property
    def training(self) -> TrainingAnswers | None:
        """The training answers; None without a dataset."""
        return None if self._dataset is None else TrainingAnswers.of(self._dataset, self._project)

    def examine(
        self,
        prompt: Prompt,
        samples: Sequence[Sample],
        base: str | None = None,
    ) -> dict[str, list[Flag]]:
        """Flags by sample id for the samples of one prompt, of all models; `base` names the base model.

        Cancelled and failed samples have an empty list.
        """
        found: dict[str, list[Flag]] = {each.sample_id: [] for each in samples}
        cases = {each.model: self._case(prompt, each) for each in samples}
        finished = [each for each in samples if each.completion.stop_reason not in _UNJUDGED]
        outputs = [Output(each, cases[each.model]) for each in finished]
        if prompt.is_probe:
            recited = memory.memorised(outputs, base)
            return {sample_id: [recited[sample_id]] if sample_id in recited else [] for sample_id in found}
        for each in outputs:
            found[each.sample.sample_id] = self._alone(each)
        if self.training is not None:
            for sample_id, flag in regurgitation.regurgitation(outputs, self.training, base).items():
                # Its own row by heart says nothing of the language or the length that the prompt asked for.
                beside = {each.code: each for each in (*found[sample_id], flag)}
                own = flag.evidence["own_prompt"]
                found[sample_id] = list(beside.values()) if own else without_consequences(beside)
        for of_one in _by_model(outputs):
            for sample_id, flag in consistency.inconsistent(of_one):
                found[sample_id].append(flag)
        return found

    def _case(self, prompt: Prompt, sample: Sample) -> Case:
        """The prompt as one model got it."""
        system = self._systems.get(sample.model)
        if system is None and all(each.role != "system" for each in prompt.messages):
            system = rendered_system.system_of(
                sample.completion.rendered or sample.prompt, prompt.messages, {*self.known.control, *KNOWN}
            )
        if system is not None and not prompt.is_probe:
            rest = tuple(each for each in prompt.messages if each.role != "system")
            own = (Message("system", system),) if system else ()
            prompt = replace(prompt, messages=(*own, *rest))
        return Case(prompt, self.known)

    def _alone(self, output: Output) -> list[Flag]:
        """What one output shows by itself, each code once; an empty one shows only how it ended."""
        flags = {each.code: each for each in stopping.empty(output)}
        for detector in _OF_EMPTY if flags else _DETECTORS:
            for each in detector(output):
                flags.setdefault(each.code, each)
        return without_consequences(flags)

    def examine_all(
        self, prompts: Mapping[str, Prompt], samples: Iterable[Sample], base: str | None = None
    ) -> dict[str, list[Flag]]:
        """All flags of all samples by id, when sampling is done: those they have, and the set-wide ones anew."""
        samples = list(samples)
        found = {
            each.sample_id: [flag for flag in each.flags if flag.code not in SET_WIDE] for each in samples
        }
        every = [
            Output(each, Case(prompts[each.prompt_id], self.known))
            for each in samples
            if each.prompt_id in prompts and each.completion.stop_reason not in _UNJUDGED
        ]
        for outputs in _by_model(every):
            for sample_id, flag in stopping.stop_not_learnt(outputs):
                found[sample_id].append(flag)
        for sample_id, flag in against_base.same_as_base(every, base) if base else ():
            found[sample_id].append(flag)
        return found


def without_consequences(flags: Mapping[str, Flag]) -> list[Flag]:
    """The flags by code without those that only follow from another."""
    gone = {code for cause in flags for code in _FOLLOWS.get(cause, ())}
    return [flag for code, flag in flags.items() if code not in gone]


def _by_model(outputs: Iterable[Output]) -> Iterable[list[Output]]:
    """The outputs of each model, and of each of its checkpoints."""
    found: dict[tuple[str, str], list[Output]] = {}
    for each in outputs:
        found.setdefault((each.sample.model, each.sample.page), []).append(each)
    return found.values()
