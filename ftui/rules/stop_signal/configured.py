"""STP007: the end marker of the data against the stop sequences of Modelfile, generation_config.json and ftui.toml."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ftui.model.inference import Inference
from ftui.model.prompts import Renderer
from ftui.project.errors import FtuiError
from ftui.project.settings import Project
from ftui.rules.rule import FileEdit, Finding, Fix
from ftui.rules.stop_signal.answer import shown

CODE = "STP007"
_ANSWER = "\ue004answer\ue005"
_SKIPPED = "nothing says where inference stops: set modelfile under [model], or sequences under [stop]"
Judged = list[Finding] | str
"""Findings, or the reason why nothing was judged."""


def judge(project: Project, marker: str | None) -> Judged:
    """The findings for the end marker of the data: "" where it has none, None where it is not decided."""
    if marker is None:
        return "the data has several ways to end: choose an end marker (STP002)"
    inference = Inference.of(project)
    faults = [
        inference.faults[name] for name in ("modelfile", "generation_config") if name in inference.faults
    ]
    if not marker:
        return _unmarked(inference) if not faults else faults[0]
    if marker in inference.end_tokens:
        return []
    found: list[Finding] = []
    judged = False
    if inference.modelfile is not None:
        if not inference.from_library or inference.modelfile.stops or not marker.startswith("<"):
            judged = True
            found += _in_modelfile(inference, marker)
    elif inference.generation is not None:
        judged = True
        found += _in_generation_config(inference, marker)
    if project.stop.sequences:
        judged = True
        found += _in_settings(project, marker)
    if judged:
        return found
    if inference.modelfile is not None:
        return f"the stop sequences of {inference.modelfile.base} (FROM) are in a library"
    return faults[0] if faults else _SKIPPED


def _covered(marker: str, stops: Sequence[str]) -> bool:
    """Whether an engine that cuts at one of these texts cuts where the marker begins."""
    return any(stop.strip() and marker.startswith(stop.lstrip()) for stop in stops)


def _in_modelfile(inference: Inference, marker: str) -> list[Finding]:
    modelfile, path = inference.modelfile, inference.modelfile_path
    assert modelfile is not None
    assert path is not None
    if _covered(marker, modelfile.stops):
        return []
    name = inference.name(path)
    after = modelfile.with_parameter("stop", marker)
    line = f"PARAMETER stop {shown(marker)}"
    # A library's model has stop sequences of its own, which count no more once a Modelfile names one.
    library = inference.from_library and not modelfile.stops
    fix = Fix(
        f"add {line} to {name}", "unsafe" if library else "safe", "project",
        files=(FileEdit(str(path), modelfile.text, after),),
    )  # fmt: skip
    has = (
        f"its stop sequences are {_listed(modelfile.stops)}" if modelfile.stops else "it has no stop sequence"
    )
    message = f"answers end with {shown(marker)}, at which {name} does not stop ({has}): add the line {line}"
    evidence = {"marker": marker, "stops": list(modelfile.stops), "line": line, "file": name}
    return [Finding(CODE, message, field=name, evidence=evidence, fix=fix)]


def _in_generation_config(inference: Inference, marker: str) -> list[Finding]:
    config = inference.generation
    assert config is not None
    if _covered(marker, config.stop_strings):
        return []
    name = inference.name(config.path)
    line = f'"stop_strings": {json.dumps([*config.stop_strings, marker], ensure_ascii=False)}'
    has = _listed(config.stop_strings) if config.stop_strings else "none"
    message = (
        f"answers end with {shown(marker)}, at which {name} does not stop (stop_strings: {has}): set {line}"
    )
    evidence = {"marker": marker, "stops": list(config.stop_strings), "line": line, "file": name}
    fix = Fix(f"set {line} in {name}", "unsafe", "project")
    return [Finding(CODE, message, field=name, evidence=evidence, fix=fix)]


def _in_settings(project: Project, marker: str) -> list[Finding]:
    sequences = project.stop.sequences
    if _covered(marker, sequences):
        return []
    line = f"sequences = {json.dumps([*sequences, marker], ensure_ascii=False)}"
    message = (
        f"answers end with {shown(marker)}, which [stop] sequences in ftui.toml leaves out "
        f"({_listed(sequences)}): make it {line}"
    )
    evidence = {"marker": marker, "stops": list(sequences), "line": line, "file": "ftui.toml"}
    fix = Fix(f"write {line} into ftui.toml", "unsafe", "project")
    return [Finding(CODE, message, field="ftui.toml", evidence=evidence, fix=fix)]


def _unmarked(inference: Inference) -> Judged:
    """Data without a marker: the text that the template writes after an answer has to end it."""
    modelfile, path = inference.modelfile, inference.modelfile_path
    if modelfile is None or path is None or not modelfile.template:
        return "the answers have no end marker, and no Modelfile with a TEMPLATE is named"
    if modelfile.stops or inference.gguf is not None or inference.from_library:
        return []
    ending = _template_end(inference)
    if not ending:
        return "the answers have no end marker, and the TEMPLATE writes none after an answer"
    name = inference.name(path)
    line = f"PARAMETER stop {shown(ending)}"
    after = modelfile.with_parameter("stop", ending)
    fix = Fix(f"add {line} to {name}", "safe", "project", files=(FileEdit(str(path), modelfile.text, after),))
    message = (
        f"{name} has no stop sequence, and no GGUF could be read that names the end tokens: add the line {line}, "
        "with which its TEMPLATE ends an answer"
    )
    evidence = {"marker": ending, "stops": [], "line": line, "file": name}
    return [Finding(CODE, message, field=name, evidence=evidence, fix=fix)]


def _template_end(inference: Inference) -> str:
    """What the TEMPLATE writes right after an answer, up to the first white space."""
    from ftui.model.ollama_template import Message

    renderer = Renderer.inference(inference)
    assert renderer is not None
    turns = [Message("user", "a"), Message("assistant", _ANSWER), Message("user", "b")]
    try:
        after = renderer.prompt(turns).partition(_ANSWER)[2]
    except FtuiError:
        return ""
    words = after.split()
    return words[0].partition("<|im_start|>")[0] if words else ""


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(shown(text) for text in texts[:4])
