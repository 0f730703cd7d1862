"""How an output ended: by the limit, without any thought of an end, with the wrong token, or in a loop."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from ftui.model.tokenizer import estimate
from ftui.review.flags.output import Output, flag
from ftui.review.flags.words import tokens
from ftui.review.sample import Flag
from ftui.text import blank, prose, special_tokens
from ftui.text.special_tokens import KNOWN
from ftui.text.style import given_text, loops
from ftui.text.style.prompt_topics import wants_repetition
from ftui.text.visible import shortened

UNTHOUGHT = 0.01
"""Largest probability of an end token, over all places, below which the model never thought of ending."""
CHANCES, LONG_TOKENS = 2, 100
"""Ends of sentences or lines, or tokens, before which nobody would end."""
_NATURAL_END = re.compile(r"[.!?](?=[\s\"”’)*]|$)|[。！？]|\n+")
NEW_PHRASES, NEW_IN_LISTS, PHRASED_WORDS = 0.55, 0.3, 60
"""Share of runs of four words that are new, in texts of 60 words; the items of a list may be built alike.

Of 994 answers that people wrote or accepted the lowest share is 0.60, one endless chant apart.
"""
_ITEM = re.compile(r"\s*(?:[-*+•–|#]|\(?\d{1,3}[.):]|[^:\n]{1,40}:)\s")
STUCK_TAIL, STUCK_PERIOD, STUCK_LEAST = 300, 40, 24
"""Characters at the end that are looked at, of what comes again, and that must be those one period before."""
LONG_PERIOD, LONG_COPIES, LONG_TAIL, LONG_SHARE = 400, 3, 600, 0.5
"""Characters of what comes again whole, how often at the end, and the share that it fills of so many characters."""
SEEN, ALL = 4, 0.9
"""Outputs of a model that must have ended by the limit, and their share, before it is said that it never stops."""


def empty(output: Output) -> Iterator[Flag]:
    """Nothing to see."""
    if output.prompt.reference is not None and not output.reference:
        return
    text = output.body
    for token in {each.token for each in special_tokens.find(text, output.known.control)}:
        text = text.replace(token, "")
    if blank.is_empty(text):
        completion = output.sample.completion
        tokens = completion.completion_tokens
        by = completion.stop_text or completion.stop_reason
        message = f"nothing to see; ended by {shortened(by, 30)}" + (
            f" after {tokens} tokens" if tokens else ""
        )
        yield flag("empty", message, stop_reason=completion.stop_reason, stop_text=completion.stop_text)


def runaway(output: Output) -> Iterator[Flag]:
    """The token limit ended it, and perhaps the model never thought of an end."""
    if not output.cut:
        return
    completion = output.sample.completion
    limit = output.sample.settings.get("max_tokens")
    tokens = completion.completion_tokens
    told = f"{tokens or limit or 'all'} tokens"
    evidence = {"tokens": tokens, "limit": limit, "reference_tokens": None, "tail": output.text[-120:]}
    message = f"cut by the limit after {told}"
    room = _room(output)
    if room is not None:
        message = f"cut after {told}: with the prompt they fill the context, before the limit of {limit:,}"
        evidence["room"] = limit = room
    if output.reference:
        evidence["reference_tokens"] = wanted = estimate(output.reference)
        if isinstance(limit, int) and wanted > limit:
            message += f", which is less than the reference needs (about {wanted})"
        else:
            message += f"; the reference has about {wanted}"
    marker = output.known.ending.marker or ""
    after = output.text[output.body_end :].lstrip(blank.STRAY)
    if marker and after.startswith(marker):
        message += f"; it wrote its end marker {shortened(marker, 20)} and nothing stopped it there"
        evidence["marker_at"] = output.text.index(marker, output.body_end)
    yield flag("runaway", message, [(max(0, len(output.text) - 120), len(output.text))], **evidence)
    yield from _no_end_signal(output)


def _room(output: Output) -> int | None:
    """The tokens that the context left, where these, and not the limit that was asked for, cut it."""
    limit, context = (output.sample.settings.get(name) for name in ("max_tokens", "context"))
    asked, written = output.sample.completion.prompt_tokens, output.sample.completion.completion_tokens
    if not isinstance(limit, int) or not isinstance(context, int) or asked is None or written is None:
        return None
    # One token less: some engines keep a cell free.
    return written if written < limit and asked + written >= context - 1 else None


def _no_end_signal(output: Output) -> Iterator[Flag]:
    highest = output.sample.completion.end_probability
    written = output.sample.completion.completion_tokens or 0
    if highest is not None and _never_thought_of_it(output):
        message = f"in {written} tokens the end token never had more than {highest:.2%} of probability"
        yield flag("no-end-signal", message, end_probability=highest, tokens=written)


def _never_thought_of_it(output: Output) -> bool:
    highest = output.sample.completion.end_probability
    written = output.sample.completion.completion_tokens or 0
    could_end = len(_NATURAL_END.findall(output.body)) >= CHANCES or written >= LONG_TOKENS
    return highest is not None and highest < UNTHOUGHT and could_end


def wrong_end_token(output: Output) -> Iterator[Flag]:
    """It ended with a token that its own template does not end turns with."""
    completion = output.sample.completion
    ended = completion.stop_text
    if completion.stop_reason != "end-token" or not ended:
        return
    right = {token for token in KNOWN if KNOWN[token] == "end" and token in output.sample.prompt}
    right = right or set(output.known.closers)
    if right and ended not in right:
        names = " or ".join(sorted(right))
        message = f"ended with {shortened(ended, 40)}, where the template ends turns with {names}"
        yield flag("wrong-end-token", message, ended_with=ended, expected=sorted(right))


def loop(output: Output) -> Iterator[Flag]:
    """Words, sentences or paragraphs again and again."""
    prompt = output.case.asked
    if wants_repetition(prompt):
        return
    given = given_text.given(prompt)
    if given is not None and loops.loops(given):
        return
    for found in loops.loops(output.body):
        said = output.body[found.start : found.kept].strip()
        bare = said.lower().strip(" .!?,")
        if prompt.lower().count(bare) >= 2 or output.reference.lower().count(bare) >= 3:
            continue
        message = f"{found.copies} times “{shortened(said, 60)}”"
        spans = [(found.start, found.end)]
        yield flag("loop", message, spans, copies=found.copies, kind=found.kind, repeated=said[:300])
        return
    found_phrases = list(_phrases(output))
    yield from found_phrases or _stuck(output)


def _stuck(output: Output) -> Iterator[Flag]:
    """What the limit cut and ends with the same characters again and again, in scripts without spaces and code too."""
    body = output.body if output.cut else ""
    found = _short_period(body[-STUCK_TAIL:]) or _long_period(body)
    if found is None:
        return
    period, same = found
    line = body.find("\n", len(body) - period) + 1  # a copy is best read from the beginning of a line
    start = line if len(body) > line > 0 else len(body)
    said = body[start - period : start]
    if period > STUCK_PERIOD and output.reference.count(said.strip()) >= LONG_COPIES:
        return
    copies = same // period + 1
    message = f"it ends with “{shortened(said, 60)}” {copies} times"
    evidence = {"copies": copies, "kind": "characters", "repeated": said}
    yield flag("loop", message, [(output.body_end - same - period, output.body_end)], **evidence)


def _short_period(tail: str) -> tuple[int, int] | None:
    """A few characters that a text ends with again and again, and how many are those one period before."""
    for period in range(1, STUCK_PERIOD + 1):
        same = _same_at_end(tail, period)
        if same >= max(STUCK_LEAST, 3 * period):
            return period, same
    return None


def _long_period(text: str) -> tuple[int, int] | None:
    """The same of a line or a few, which must fill much of the end: a refrain does not."""
    if len(text) < LONG_COPIES * STUCK_PERIOD:
        return None
    last = text[-STUCK_LEAST:]
    start = len(text) - len(last)
    period = start - text.rfind(last, 0, len(text) - 1) if last in text[:-1] else LONG_PERIOD + 1
    while period <= LONG_PERIOD:
        same = _same_at_end(text, period)
        fills = same + period >= LONG_SHARE * min(len(text), LONG_TAIL)
        if period > STUCK_PERIOD and same >= (LONG_COPIES - 1) * period and fills:
            return period, same
        before = text.rfind(last, 0, start - period + len(last) - 1)
        if before < 0:
            break
        period = start - before
    return None


def _same_at_end(text: str, period: int) -> int:
    """How many characters at the end are those one period before."""
    same = 0
    while same + period < len(text) and text[-1 - same] == text[-1 - same - period]:
        same += 1
    return same


def _phrases(output: Output) -> Iterator[Flag]:
    """The same few phrases in ever new order: no period, and yet nothing new."""
    text = prose.masked(output.body)
    share, phrase, copies = _new_phrases(text)
    lines = [line for line in text.split("\n") if line.strip()]
    listed = 2 * sum(_ITEM.match(line) is not None for line in lines) >= len(lines)
    least = NEW_IN_LISTS if listed else NEW_PHRASES
    if share >= least or _new_phrases(prose.masked(output.reference))[0] < NEW_PHRASES:
        return
    message = (
        f"only {share:.0%} of its phrases of four words are new: {copies} times “{shortened(phrase, 60)}”"
    )
    evidence = {"copies": copies, "kind": "phrases", "new": round(share, 3), "repeated": phrase}
    yield flag("loop", message, [(0, output.body_end)], **evidence)


def _new_phrases(text: str) -> tuple[float, str, int]:
    """Which share of the runs of four words is different from all before, and the commonest run."""
    said = tokens(text)
    if len(said) < PHRASED_WORDS:
        return 1.0, "", 0
    runs = Counter(zip(said, said[1:], said[2:], said[3:], strict=False))
    phrase, copies = runs.most_common(1)[0]
    return len(runs) / runs.total(), " ".join(phrase), copies


def stop_not_learnt(outputs: Iterable[Output]) -> Iterator[tuple[str, Flag]]:
    """Over the outputs of one model: it never stops by itself, though its data taught an end."""
    outputs = list(outputs)
    judged = [each for each in outputs if _could_end(each)]
    cut = [each for each in judged if each.cut]
    if not judged or len(cut) < SEEN or len(cut) < ALL * len(judged):
        return
    known = judged[0].known
    taught = known.ending.marker or " or ".join(sorted(known.closers))
    if not taught or any(known.ending.marker and known.ending.marker in each.text for each in cut):
        return
    reasons = Counter(each.sample.completion.stop_reason for each in judged)
    message = (
        f"{len(cut)} of {len(judged)} outputs ended by the limit alone; its data ends answers with {taught}"
    )
    for each in cut:
        yield (
            each.sample.sample_id,
            flag("stop-not-learnt", message, taught=taught, stop_reasons=dict(reasons)),
        )


def _could_end(output: Output) -> bool:
    """Whether it ended, or the limit left room: twice the reference, or once where the end was never thought of."""
    if output.prompt.is_probe:
        return False
    limit = _room(output) or output.sample.settings.get("max_tokens")
    room = limit if isinstance(limit, int) else output.sample.completion.completion_tokens or 0
    times = 1 if _never_thought_of_it(output) else 2
    return not output.cut or not output.reference or times * estimate(output.reference) <= room
