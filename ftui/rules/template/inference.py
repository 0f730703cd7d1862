"""TPL001, TPL002, TPL003: the model's files against each other and against rows of the data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ftui.model.chat_template import RefusedError
from ftui.model.end_tokens import END_NAMES
from ftui.model.inference import Inference
from ftui.model.ollama_template import Message
from ftui.model.prompts import Difference, Renderer, compare, difference, without_begin
from ftui.project.errors import FtuiError
from ftui.rules.rule import FileEdit, Finding, Fix
from ftui.rules.stop_signal.answer import shown
from ftui.rules.template.rows import Conversation, Sampled
from ftui.text.markers import KNOWN

Judged = list[Finding] | str
"""Findings, or the reason why nothing was judged."""
CHARACTERS_A_TOKEN = 3
SMALLEST_LIMIT = 256
_PARTS = ("\ue002system\ue003", "\ue002prompt\ue003")
_TOKEN = re.compile(r"<[|｜]?[^\s<>]{1,40}[|｜]?>|\[[A-Z/_]{2,20}\]")
_NO_MODEL = "nothing says how the model is run: set modelfile or generation_config under [model]"


def template_mismatch(inference: Inference, rows: Sampled) -> Judged:
    """TPL001: prompts of both sides for rows of the data."""
    missing = _missing(inference, "modelfile", "gguf", "tokenizer_config", "chat_template")
    if "modelfile" in inference.faults:
        return missing
    asking = Renderer.inference(inference)
    if asking is None and inference.from_library and inference.modelfile is not None:
        return f"the template of {inference.modelfile.base} (FROM) is in a library: write it as TEMPLATE"
    if asking is None:
        return (
            missing or "no Modelfile with a TEMPLATE, no GGUF and no tokenizer with a chat template is named"
        )
    if rows.texts and not rows.conversations:
        return _against_texts(asking, rows.texts)
    training = Renderer.training(inference)
    if training is None:
        return missing or (
            "nothing says how training renders a row: set chat_template or tokenizer under [model], "
            "or template under [training]"
        )
    if training.template == asking.template and not asking.system and not asking.opening:
        return f"only one template is known, {training.template.source}: there is nothing to compare it with"
    if not rows.conversations:
        return "no row has a prompt and an answer that templates could render"
    return _compared(asking, training, rows)


def _compared(asking: Renderer, training: Renderer, rows: Sampled) -> Judged:
    judged: Counter[str] = Counter()
    different: dict[str, list[tuple[Conversation, Difference]]] = {}
    refusal = ""
    for row in rows.conversations:
        try:
            found = compare(asking, training, row.before)
        except RefusedError as error:
            refusal = error.message
            continue
        except FtuiError as error:
            return error.message
        judged[row.shape] += 1
        if found is not None:
            different.setdefault(row.shape, []).append((row, found))
    if not judged:
        return f"no row could be rendered: {refusal}"
    if not different:
        return []
    return [_mismatch(asking.template.source, training.template.source, judged, different)]


def _mismatch(
    inference: str,
    training: str,
    judged: Mapping[str, int],
    different: Mapping[str, Sequence[tuple[Conversation, Difference]]],
) -> Finding:
    """One finding for all shapes; its difference is that of the shape that differs most often."""
    first = max(different, key=lambda shape: len(different[shape]))
    row, found = different[first][0]
    rows = sum(map(len, different.values()))
    message = (
        f"{inference} and {training} write different prompts in {rows} of {sum(judged.values())} rows rendered: "
        f"at character {found.at} inference has {_next(found.inference)}, training {_next(found.training)}"
    )
    evidence: dict[str, Any] = {
        "inference": inference,
        "training": training,
        "difference": {"at": found.at, "inference": found.inference, "training": found.training},
        "shapes": [
            {
                "shape": shape,
                "rows": judged[shape],
                "different": len(each),
                "inference": each[0][1].inference,
                "training": each[0][1].training,
            }
            for shape, each in sorted(different.items())
        ],
    }
    related = [row.place, *(c.place for each in different.values() for c, _ in each if c.place != row.place)]
    return Finding("TPL001", message, evidence=evidence, related=related)


def _next(window: str) -> str:
    """What stands behind the first difference, shortened."""
    text = window.partition("▸")[2].removesuffix("…")
    return shown(text[:24]) if text else "nothing more"


def _against_texts(asking: Renderer, texts: Sequence[Conversation]) -> Judged:
    """The text layout: the fixed parts of the inference prompt have to stand in each text, in order."""
    forms = []
    for messages in (
        [Message("user", _PARTS[1])],
        [Message("system", _PARTS[0]), Message("user", _PARTS[1])],
    ):
        try:
            prompt = asking.prompt(messages)
        except FtuiError as error:
            if len(messages) == 1:
                return f"no prompt could be rendered: {error.message}"
            continue
        forms.append(re.split("|".join(_PARTS), prompt))
    different = []
    for row in texts:
        best = max(
            (_follow(row.answer, form, asking.tokens.get("bos_token")) for form in forms),
            key=lambda met: (met is None, met.at if met else 0),
        )
        if best is not None:
            different.append((row, best))
    if not different:
        return []
    shape = "text"
    return [_mismatch(asking.template.source, "the rows' own text", {shape: len(texts)}, {shape: different})]


def _follow(text: str, form: Sequence[str], begin: str | None) -> Difference | None:
    """None where the parts of a form stand in the text in order, else how far it went."""
    head, text = without_begin(form[0], text, begin)
    if not text.startswith(head):
        return difference(head, text[: len(head) + 40])
    at = len(head)
    for part in form[1:]:
        found = text.find(part, at)
        if found < 0 and part.rstrip() and (near := text.find(part.rstrip(" "), at)) >= 0:
            found = near  # spaces at the end are compared below
        if found < 0:
            near = _nearest(text, part, at)
            met = difference(part, text[near : near + len(part) + 40])
            return met._replace(at=near + met.at)
        if not text.startswith(part, found):
            return difference(part, text[found : found + len(part) + 40])
        at = found + len(part)
    return None


def _nearest(text: str, part: str, at: int) -> int:
    """Where a part stands in part: its longest beginning that the text has."""
    for length in range(len(part) - 1, 0, -1):
        found = text.find(part[:length], at)
        if found >= 0:
            return found
    return at


def end_token_mismatch(inference: Inference, rows: Sampled) -> Judged:
    """TPL002: the token at the end of training rows against the end tokens of each way to run the model."""
    if rows.marker is None:
        return "the data has several ways to end: choose an end marker (STP002)"
    ended = _training_end(inference, rows)
    if ended is None:
        return "neither the rows nor a training template show an end token"
    token, source = ended
    if rows.marker and any(
        rows.marker.startswith(said.text.lstrip()) for said in inference.stops if said.text.strip()
    ):
        return []  # inference stops at the marker, before the token
    ways: list[tuple[str, Sequence[str]]] = []
    if inference.gguf is not None and inference.gguf_ends:
        ways.append((inference.name(inference.gguf.path), inference.gguf_ends))
    if inference.transformers_ends and not (ways and inference.modelfile is not None):
        ways.append(
            (inference.transformers_ends[0].source, [said.text for said in inference.transformers_ends])
        )
    if not ways:
        named = _missing(inference, "gguf", "tokenizer_config", "generation_config")
        return named or "no file names the model's end tokens: set gguf or tokenizer under [model]"
    stop = next((said for said in inference.stops if token.startswith(said.text)), None)
    return [
        _wrong_end(token, source, way, ends, stop.source if stop else "")
        for way, ends in ways
        if token not in ends
    ]


def _training_end(inference: Inference, rows: Sampled) -> tuple[str, str] | None:
    """The token with which training rows end, and where that is seen."""
    tokens = {*KNOWN, *END_NAMES, *inference.special_texts}
    if rows.marker and rows.marker in tokens and _TOKEN.fullmatch(rows.marker):
        return rows.marker, "the end of the answers"
    training = Renderer.training(inference)
    if training is None:
        return None
    for row in rows.conversations:
        try:
            after = training.around(row.before).after
        except RefusedError:
            continue
        except FtuiError:
            return None
        found = _first_token(after, tokens)
        if found is not None:
            return found, training.template.source
    return None


def _first_token(after: str, tokens: set[str]) -> str | None:
    """The end token right behind an answer; only white space may stand before it."""
    after = after.lstrip()
    fitting = [token for token in tokens if after.startswith(token) and _TOKEN.fullmatch(token)]
    return max(fitting, key=len) if fitting else None


def _wrong_end(token: str, source: str, way: str, ends: Sequence[str], stop: str) -> Finding:
    named = ", ".join(shown(text) for text in ends[:4])
    message = f"training rows end with {shown(token)} ({source}), but {way} ends answers only at {named}"
    if stop:
        message += f"; {stop} has it as a stop sequence"
    evidence = {
        "token": token,
        "seen_in": source,
        "file": way,
        "end_tokens": list(ends),
        "stop_sequence_in": stop,
    }
    return Finding("TPL002", message, field=way, evidence=evidence, severity="warning" if stop else None)


def no_token_limit(inference: Inference, rows: Sampled) -> Judged:
    """TPL003: a limit where the model is run."""
    if inference.limit is not None:
        return []
    number = proposed_limit(rows.longest)
    longest = f"the longest of {rows.answers:,} answers looked at has {rows.longest:,} characters"
    if inference.modelfile is not None and inference.modelfile_path is not None:
        name = inference.name(inference.modelfile_path)
        line = f"PARAMETER num_predict {number}"
        said = inference.modelfile.last("parameter", "num_predict")
        message = f"{name} sets no token limit: add the line {line}"
        if said is not None:
            message = f"{name}, line {said.line}: num_predict {said.value} is no token limit: make it {line}"
        after = inference.modelfile.with_changed_parameter("num_predict", str(number))
        edit = FileEdit(str(inference.modelfile_path), inference.modelfile.text, after)
        fix = Fix(f"write {line} into {name}", "unsafe", "project", files=(edit,))
    elif inference.generation is not None:
        name = inference.name(inference.generation.path)
        line = f'"max_new_tokens": {number}'
        message = f"{name} sets no token limit: add {line}"
        fix = Fix(f"add {line} to {name}", "unsafe", "project")
    else:
        return _missing(inference, "modelfile", "generation_config") or _NO_MODEL
    return [Finding("TPL003", message, evidence={"line": line, "file": name, "why": longest}, fix=fix)]


def proposed_limit(longest: int) -> int:
    """Twice the longest answer, as a power of two from SMALLEST_LIMIT on."""
    number = SMALLEST_LIMIT
    while number * CHARACTERS_A_TOKEN < 2 * longest:
        number *= 2
    return number


def _missing(inference: Inference, *files: str) -> str:
    """Why a file that is named could not be read; "" where none failed."""
    return next((inference.faults[name] for name in files if name in inference.faults), "")


JUDGES: Mapping[str, Callable[[Inference, Sampled], Judged]] = {
    "TPL001": template_mismatch,
    "TPL002": end_token_mismatch,
    "TPL003": no_token_limit,
}
