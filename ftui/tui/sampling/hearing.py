"""What the sampling worker says, taken into what the screen knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ftui.tui.sampling.state import (
    ModelLine,
    Output,
    OutputKey,
    Outputs,
    Plan,
    Progress,
    PromptLine,
    SamplingState,
)

Head = Mapping[str, Any]
LONG_PROMPT = 256
"""Tokens; a shorter prompt is read before anybody sees that it is."""


def take(state: SamplingState, head: Head) -> None:
    """Bring the state up to date with one answer; what is not about the state is left alone."""
    hear = _HEARD.get(head["kind"])
    if hear is not None:
        hear(state, head)


def _described(state: SamplingState, head: Head) -> None:
    state.models = [ModelLine.read(each) for each in head["models"]]
    state.missing, state.described = head["missing"], True


def _planned(state: SamplingState, head: Head) -> None:
    prompts = [PromptLine(*each) for each in head["prompts"]]
    state.plan = Plan(prompts, head["per_prompt"], head["done"], tuple(head["notes"]))
    state.plan_error = ""
    if state.phase == "idle":
        _folder(state, head)


def _started(state: SamplingState, head: Head) -> None:
    state.progress = Progress(head["done"], head["total"])
    state.phase = "running" if state.phase == "idle" else state.phase
    state.doing = "starting"
    state.ended = ""


def _loading(state: SamplingState, head: Head) -> None:
    state.doing = f"loading {head['model']}"


def _loaded(state: SamplingState, head: Head) -> None:
    state.doing = f"sampling {head['model']}"
    state.engines[head["model"]] = head["engine"]
    for note in head["notes"]:
        _tell(state, f"{head['model']}: {note}")


def _reading(state: SamplingState, head: Head) -> None:
    if head["total"] < LONG_PROMPT:
        return
    state.doing = f"{head['model']} reads the prompt, {head['done']:,} of {head['total']:,} tokens"


def _pieces(state: SamplingState, head: Head) -> None:
    outputs = _outputs(state, head)
    for key, text, tokens in head["pieces"]:
        outputs.of(OutputKey(*key)).grow(text, tokens)
        state.doing = f"sampling {key[0]}"


def _sample(state: SamplingState, head: Head) -> None:
    outputs = _outputs(state, head)
    output = outputs.of(OutputKey(*head["key"]))
    _finish(output, head)
    if "tried" not in head:
        reasons = state.reasons.setdefault(output.key.model, {})
        reasons[output.stop_reason] = reasons.get(output.stop_reason, 0) + 1


def _finish(output: Output, head: Head) -> None:
    output.stop_reason = "done"  # what streamed in goes: this is the whole
    output.grow(head["text"], head["tokens"] or 0)
    output.cut = head["cut"]
    output.stop_reason, output.stop_text = head["reason"], head["stop_text"]
    output.tokens_per_s, output.error = head["tokens_per_s"], head["error"]


def _flagged(state: SamplingState, head: Head) -> None:
    """The flags of outputs as they are now: they come again when all outputs of a review were compared."""
    for told, flags in head["flags"]:
        key = OutputKey(*told)
        for flag in state.flags.get(key, ()):
            state.flag_counts[flag] -= 1
        state.flags[key] = tuple(flags)
        for flag in flags:
            state.flag_counts[flag] = state.flag_counts.get(flag, 0) + 1
        output = state.outputs.known(key)
        if output is not None:
            output.flags = tuple(flags)
            output.version += 1
    state.flag_counts = {flag: count for flag, count in state.flag_counts.items() if count}


def _hashing(state: SamplingState, head: Head) -> None:
    percent = 100 * head["done"] // max(1, head["total"])
    state.doing = f"hashing {head['path'].rpartition('/')[2]}, {percent} %"


def _folder(state: SamplingState, head: Head) -> None:
    state.folder, state.shown_folder = head["folder"], head["shown"]


def _progress(state: SamplingState, head: Head) -> None:
    state.progress = Progress(head["done"], head["total"], head["tokens_per_s"], head["remaining_s"])


def _log(state: SamplingState, head: Head) -> None:
    state.log.extend((level, text) for level, text in head["lines"])


def _note(state: SamplingState, head: Head) -> None:
    _tell(state, head["text"])


def _model_failed(state: SamplingState, head: Head) -> None:
    state.failed[head["model"]] = head["error"]
    hint = f"; {head['hint']}" if head["hint"] else ""
    _tell(state, f"{head['model']}: {head['error']}{hint}")


def _finished(state: SamplingState, head: Head) -> None:
    done, total = head["done"], head["total"]
    state.phase, state.doing = "idle", ""
    state.progress = Progress(done, total, state.progress.tokens_per_s)
    if head["cancelled"]:
        state.ended = f"stopped with {done:,} of {total:,} samples"
    else:
        state.ended = f"{done:,} of {total:,} samples"
    if state.plan is not None:
        state.plan.done = done


def _tried(state: SamplingState, _head: Head) -> None:
    state.trying, state.doing = False, ""


def _failed(state: SamplingState, head: Head) -> None:
    hint = f"; {head['hint']}" if head.get("hint") else ""
    if head["of"] == "plan":
        state.plan_error = f"{head['error']}{hint}"
    elif head["of"] == "run":
        state.phase, state.doing = "idle", ""
        state.ended = head["error"]
    elif head["of"] == "try":
        state.trying, state.doing = False, ""
    _tell(state, f"{head['error']}{hint}")


def _tell(state: SamplingState, text: str) -> None:
    if text not in state.told[-20:]:
        state.told.append(text)
        del state.told[:-200]


def _outputs(state: SamplingState, head: Head) -> Outputs:
    return state.tried if "tried" in head else state.outputs


_HEARD: Mapping[str, Callable[[SamplingState, Head], None]] = {
    "described": _described,
    "planned": _planned,
    "started": _started,
    "loading": _loading,
    "loaded": _loaded,
    "reading": _reading,
    "pieces": _pieces,
    "sample": _sample,
    "flagged": _flagged,
    "hashing": _hashing,
    "folder": _folder,
    "progress": _progress,
    "log": _log,
    "note": _note,
    "model-failed": _model_failed,
    "finished": _finished,
    "tried": _tried,
    "failed": _failed,
}
