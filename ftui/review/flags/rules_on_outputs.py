"""Rules of the data catalogue on an output: judged as if the conversation with it were a row.

What the reference answer shows too is what the data wants: it is no fault of the output.
"""

from __future__ import annotations

from collections.abc import Iterator

from ftui.dataset.layouts.chat import ChatLayout
from ftui.dataset.layouts.turns import OPENAI
from ftui.dataset.record import Parsed
from ftui.review.flags.output import Case, Known, Output, flag
from ftui.review.prompt import Prompt
from ftui.review.sample import Flag
from ftui.rules.ambiguity.family import FAMILY as AMBIGUITY
from ftui.rules.artefacts.family import FAMILY as ARTEFACTS
from ftui.rules.code.family import FAMILY as CODE
from ftui.rules.injection.family import FAMILY as INJECTION
from ftui.rules.languages.family import FAMILY as LANGUAGES
from ftui.rules.languages.family import Survey
from ftui.rules.length.bounds import Lengths
from ftui.rules.length.family import FAMILY as LENGTH
from ftui.rules.refusals.family import FAMILY as REFUSALS
from ftui.rules.row_family import RowFamily
from ftui.rules.rule import Context, Finding, Place, Row
from ftui.text.code.fences import blocks

FLAG_OF = {
    "AMB002": "incomplete", "AMB003": "hedged", "ART001": "artefact", "ART002": "artefact", "ART003": "artefact",
    "ART004": "artefact", "ART005": "artefact", "ART006": "artefact", "COD001": "broken-code", "COD002": "broken-code",
    "INJ002": "leaked-prompt", "INJ003": "leaked-prompt", "INJ004": "artefact", "LEN001": "too-verbose",
    "LEN002": "too-short", "LNG001": "off-language", "LNG002": "off-language", "REF001": "refusal",
}  # fmt: skip
"""Rule to the flag that it gives."""
_FAMILIES: tuple[tuple[RowFamily, object], ...] = (
    (AMBIGUITY, None), (ARTEFACTS, None), (CODE, None), (INJECTION, None), (LANGUAGES, Survey()), (LENGTH, Lengths()),
    (REFUSALS, None),
)  # fmt: skip
_NOT_OF_LABELS = frozenset({"LEN002", "AMB002", "AMB003"})
_OF_ITS_LENGTH = frozenset({"too-verbose", "too-short", "incomplete"})
"""Not said of an output that the limit cut: one cause, one flag."""
_LAYOUT = ChatLayout(OPENAI, "messages")
_PLACE = Place(0, "", 0)


def flags(output: Output) -> Iterator[Flag]:
    """What rules find, at most one flag a code: the first rule's, with the places of all its findings."""
    found: dict[str, list[Finding]] = {}
    for each in _findings(output.known, output.prompt, output.closed):
        code = FLAG_OF[each.code]
        if (output.cut and code in _OF_ITS_LENGTH) or _of_the_cut(output, each):
            continue
        found.setdefault(code, []).append(each)
    wanted = _wanted(output.case) if found else frozenset()
    for code, findings in found.items():
        left = [each for each in findings if each.code not in wanted]
        if left:
            yield _flag(output, code, [each for each in left if each.code == left[0].code])


def _flag(output: Output, code: str, findings: list[Finding]) -> Flag:
    first = findings[0]
    own = [each for each in findings if each.field == _field(output.prompt) and each.start is not None]
    end = len(output.text)
    spans = [(min(each.start or 0, end), min(each.end or 0, end)) for each in own]
    quotes = [output.text[start:end][:200] for start, end in spans[:3]]
    evidence = {key: value for key, value in first.evidence.items() if key not in ("message", "spans")}
    return flag(code, first.message, spans, rule=first.code, quotes=quotes, **evidence)


def _of_the_cut(output: Output, finding: Finding) -> bool:
    """Whether the limit did it: the code block that is open, or faulty, where the output was cut."""
    if not output.cut or not finding.code.startswith("COD"):
        return False
    last = blocks(output.body)[-1:]
    return finding.code == "COD001" or any(
        not each.closed and each.start <= (finding.start or 0) for each in last
    )


def _findings(known: Known, prompt: Prompt, answer: str) -> list[Finding]:
    """Findings about an answer; those about the prompt, which the model did not write, left out."""
    turns = [{"role": each.role, "content": each.content} for each in prompt.messages]
    value = {"messages": [*turns, {"role": "assistant", "content": answer}]}
    row = Row(_PLACE, Parsed(value), _LAYOUT.example(value))
    context = Context(known.project, (), surveys={"STP": known.ending}, codes=frozenset(FLAG_OF))
    found: list[Finding] = []
    for family, state in _FAMILIES:
        found += [each for each in family.findings(row, state, context) if _counts(each, prompt)]
    return found


def _counts(finding: Finding, prompt: Prompt) -> bool:
    if finding.code not in FLAG_OF or finding.evidence.get("reason") == "padded":
        return False
    if prompt.label is not None and finding.code in _NOT_OF_LABELS:
        return False
    if finding.code == "INJ002" and str(finding.evidence.get("marker", "")).startswith(("<", "[")):
        return False  # a token of a template is a leaked token
    return finding.field == _field(prompt) or finding.code == "AMB002"


def _field(prompt: Prompt) -> str:
    return f"messages[{len(prompt.messages)}].content"


def _wanted(case: Case) -> frozenset[str]:
    """Rules that the reference breaks too."""
    if "wanted" not in case.memo:
        reference = case.prompt.reference
        found = _findings(case.known, case.prompt, reference) if reference else []
        case.memo["wanted"] = frozenset(each.code for each in found)
    wanted: frozenset[str] = case.memo["wanted"]
    return wanted
