"""The flags of outputs: those of one prompt as they come, and those that need all outputs of a review."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ftui.dataset.dataset import Dataset
from ftui.model.inference import Inference
from ftui.project.settings import Project
from ftui.review.flags import against_base, known_of, stopping
from ftui.review.flags.output import Known, Output
from ftui.review.prompt import Prompt
from ftui.review.sample import Flag, Sample

SET_WIDE = frozenset({"stop-not-learnt", "same-as-base"})
"""Codes that only `examine_all` gives."""
_UNJUDGED = ("cancelled", "error")

Detector = Callable[[Output], Iterable[Flag]]
_DETECTORS: tuple[Detector, ...] = (
    stopping.runaway,
    stopping.wrong_end_token,
    stopping.loop,
)
"""Of outputs that are not empty."""


@dataclass(frozen=True)
class Examiner:
    """Looks for faults in outputs; made once a job."""

    known: Known

    @classmethod
    def of(
        cls, project: Project, *, inference: Inference | None = None, dataset: Dataset | None = None
    ) -> Examiner:
        """What the project, its model files and its data say of answers. The dataset's rows must be indexed."""
        return cls(known_of.known(project, inference or Inference.of(project), dataset))

    def examine(
        self,
        prompt: Prompt,
        samples: Sequence[Sample],
        base: str | None = None,  # noqa: ARG002
    ) -> dict[str, list[Flag]]:
        """Flags by sample id for the samples of one prompt, of all models; `base` names the base model.

        Cancelled and failed samples have an empty list.
        """
        found: dict[str, list[Flag]] = {each.sample_id: [] for each in samples}
        for sample in samples:
            if sample.completion.stop_reason not in _UNJUDGED and not prompt.is_probe:
                output = Output(sample, prompt, self.known)
                found[sample.sample_id] = self._alone(output)
        return found

    def _alone(self, output: Output) -> list[Flag]:
        """What one output shows by itself; an empty one shows nothing else."""
        nothing = list(stopping.empty(output))
        detectors = _DETECTORS[:2] if nothing else _DETECTORS
        return [*nothing, *(each for detector in detectors for each in detector(output))]

    def examine_all(
        self, prompts: Mapping[str, Prompt], samples: Iterable[Sample], base: str | None = None
    ) -> dict[str, list[Flag]]:
        """All flags of all samples by id, when sampling is done: those they have, and the set-wide ones anew."""
        samples = list(samples)
        found = {
            each.sample_id: [flag for flag in each.flags if flag.code not in SET_WIDE] for each in samples
        }
        every: list[Output] = []
        by_model: dict[tuple[str, str], list[Output]] = {}
        for sample in samples:
            prompt = prompts.get(sample.prompt_id)
            if prompt is not None and sample.completion.stop_reason not in _UNJUDGED:
                by_model.setdefault((sample.model, sample.page), []).append(
                    Output(sample, prompt, self.known)
                )
        for outputs in by_model.values():
            for sample_id, flag in stopping.stop_not_learnt(outputs):
                found[sample_id].append(flag)
        for sample_id, flag in against_base.same_as_base(every, base) if base else ():
            found[sample_id].append(flag)
        return found
