"""Writes docs/rules.md, the whole catalogue, from the rules themselves: `make pages`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ftui.rules import measured, registry
from ftui.rules.rule import Rule
from tests.benchmarks.rules import wilson

PAGE = Path(__file__).with_name("rules.md")
FAMILIES: Mapping[str, tuple[str, str]] = {
    "FMT": ("Structure", "rows that cannot be read, lack a part, or are built otherwise than the others"),
    "STP": ("Stop signal", "answers that do not teach the model where to stop"),
    "TPL": (
        "Prompt template and inference",
        "prompts, end tokens and limits that differ between data and use",
    ),
    "LEN": ("Length", "answers that are too long, too short, or go round in circles"),
    "DUP": ("Duplicates", "rows that say again what another row says"),
    "LEK": ("Leaks", "held-out rows that training has seen, and public benchmarks in the data"),
    "BAL": ("Balance", "classes, topics and kinds of answers out of proportion, and drift from production"),
    "LBL": ("Labels", "rows that contradict each other, labels spelt in two ways, labels that look wrong"),
    "AMB": ("Ambiguity", "prompts that leave open what is asked, answers that decide nothing"),
    "COD": ("Code and Markdown", "code that is broken or badly fenced"),
    "LNG": ("Language and domain", "answers in another language, rows of small languages and domains"),
    "INJ": ("Injection", "orders to the model, forged turns and hidden characters inside the data"),
    "ART": ("Artefacts", "what exports and scrapers leave behind in texts"),
    "TOK": ("Tokens", "special tokens in texts, and tokens paid for nothing"),
    "PII": ("Personal data and secrets", "addresses, numbers and keys that a model would learn by heart"),
    "REF": ("Refusals", "answers that refuse, or speak of themselves as a machine"),
    "PRF": ("Preference pairs", "chosen and rejected answers that teach nothing, or the wrong thing"),
}
"""Title of each family, and what it finds."""
ENOUGH = 0.95
"""Precision that a rule needs to warn."""
OTHER = ("Others", "rules of packages")
REASONS: Mapping[str, str] = {
    "AMB005": "A prompt with several right answers is a fault only where the answers are marked by comparing them.",
    "BAL004": "Whether a topic is too large, only what production asks can say (BAL005).",
    "BAL006": "Only the task says which kinds of answers are wanted.",
    "DUP003": "Several ways to ask for one fact rightly share its answer.",
    "LEN004": "Openings and closings of this kind are a matter of taste; they cost tokens and break nothing.",
    "LNG003": "A small language may be just what the data is meant to teach.",
    "LNG004": "A row of two domains, or of a small one, may be meant.",
    "TOK003": "It costs tokens and breaks nothing; shorter prompts have to be used at inference as well.",
    "TPL004": "An open question is right where the task is to talk; precision depends on what the data is for.",
}
"""Why a rule only remarks, where its page does not say it in a sentence of its own."""
_CELL = re.compile(r"([|\\`*_<>\[\]#&])")
_CODE = re.compile(r"((?<!`)`[^`]+`(?!`))")
_SENTENCE = re.compile(r"(?<=[.;])\s+(?=[A-Z])")

HEAD = """\
# The rules

<!-- Written by docs/make_rules.py from the pages of the rules: `make pages`. Do not edit. -->

{count} rules in {families} families. `ftui rules` prints them, `ftui explain CODE` prints the page of one: what it \
finds, why it hurts, an example, the fix, and exactly what counts and what does not.

- **Severity**: an error breaks training or inference, or is certainly wrong; a warning is what a careful engineer \
would mend; info is worth knowing. `[rules.severity]` in [ftui.toml](configuration.md) changes it.
- **Scope**: *row* looks at one row and is judged anew as you type; *set* needs several rows; *project* needs files \
other than data.
- **Fix**: *safe* leaves the text equal under a normalisation that the page names; *unsafe* (`ftui fix --unsafe`) is \
everything else that needs no person; *–* is for a person. Both are shown before they are made and can be undone.
- **Recall** and **precision**: on the published half of [a planted set](#how-it-was-measured), with the 95 % interval \
of Wilson and the number that the share is of.

"""
MEASURING = """\
## How it was measured

Each measured rule has about 35 planted faults, easy and hard, and about 35 near misses: texts that look like the \
fault and are right. People wrote them from the page of `ftui explain` alone, without having read the rule's code. \
They are dealt among clean rows, into every layout in which the rule works. Every second fault and near miss belongs \
to the published half, on which no rule may be tuned; the others are for tuning.

- **Recall** is the share of the planted faults that the rule found.
- **Precision** is the share of what it found that was planted: a near miss or a clean row with a finding counts \
against it.

The planted rows are in [tests/benchmarks/plants](../tests/benchmarks/plants/README.md). To measure again:

```sh
python -m tests.benchmarks.rules             # the published half, all rules
python -m tests.benchmarks.rules --tune COD  # the other half, one family, with every miss and false alarm
```

A planted set has as many faults as near misses, and real data does not: how many of your findings are right depends \
on how clean your data is. "Not measured" says so, and nothing else: rules that need no judgement (structure, copies \
word for word) and rules about whole files and projects (shares of classes, model files) are covered by the tests.
"""


def page() -> str:
    """The whole page."""
    rules = registry.rules()
    names = list(dict.fromkeys([*FAMILIES, *(rule.family for rule in rules)]))
    groups = {name: [rule for rule in rules if rule.family == name] for name in names}
    parts = [HEAD.format(count=len(rules), families=sum(map(bool, groups.values())))]
    figures = _figures()
    for name, held in groups.items():
        if held:
            parts.append(_family(name, held, figures))
    parts += [_remarks(rules), _thresholds(rules), MEASURING]
    return "\n".join(parts)


def _figures() -> dict[str, dict[str, Any]]:
    held: dict[str, dict[str, Any]] = (
        json.loads(measured.FIGURES.read_text()) if measured.FIGURES.exists() else {}
    )
    return held


def _family(name: str, rules: Iterable[Rule], figures: Mapping[str, Mapping[str, Any]]) -> str:
    title, finds = FAMILIES.get(name, OTHER)
    lines = [f"## {name}: {title}", "", f"{finds[0].upper()}{finds[1:]}.", ""]
    lines += ["| rule | finds | severity | scope | fix | recall | precision |", "|" + " --- |" * 7]
    for rule in rules:
        off = "" if rule.default else ", off"
        head = f"| {rule.code} {rule.name} | {_text(rule.summary)} | {rule.severity}{off} | {rule.scope} "
        recall, precision = shares(figures.get(rule.code))
        lines.append(f"{head}| {rule.fix or '–'} | {recall} | {precision} |")
    return "\n".join([*lines, ""])


def shares(held: Mapping[str, Any] | None) -> tuple[str, str]:
    """Recall and precision as they are shown, each with its interval and the number it is a share of."""
    if held is None:
        return "not measured", "not measured"
    faults = int(held["faults"])
    found = round(held["recall"] * faults)
    claimed = round(found / held["precision"]) if held["precision"] else 0
    return _share(found, faults), _share(found, claimed)


def _share(right: int, total: int) -> str:
    if not total:
        return "none found"
    low, high = wilson(right, total)
    return f"{right / total:.2f} [{low:.2f}, {high:.2f}] of {total}"


def _remarks(rules: Iterable[Rule]) -> str:
    lines = ["## Rules that only remark", ""]
    lines += [
        "Rules of severity info, or off unless selected, because what they find is too often right:",
        "",
    ]
    for rule in rules:
        if rule.severity == "info" or not rule.default:
            state = "info" if rule.default else f"{rule.severity}, off"
            lines.append(f"- **{rule.code} {rule.name}** ({state}). {reason(rule)}")
    return "\n".join([*lines, ""])


def reason(rule: Rule) -> str:
    """Why a rule only remarks: the sentence here, else the one of its page that says so.

    Raises KeyError for a rule of which neither says it.
    """
    told = REASONS.get(rule.code)
    if told is None:
        sentences = _SENTENCE.split(rule.certainty)
        told = next((one for one in sentences if re.search(r"\bremark|\binfo\b|\boff by default", one)), None)
    if told is None and rule.precision is not None and rule.precision < ENOUGH:
        told = f"Its measured precision is below {ENOUGH:.2f}."
    if told is None:
        raise KeyError(f"docs/make_rules.py: no reason why {rule.code} only remarks")
    return _text(told)


def _thresholds(rules: Iterable[Rule]) -> str:
    lines = ["## Thresholds", ""]
    lines += ["What `[rules.CODE]` in ftui.toml may set; the page of the rule says what it means.", ""]
    lines += ["| rule | key | from | to |", "| --- | --- | ---: | ---: |"]
    lines += [
        f"| {rule.code} {rule.name} | `{option.name}` | {option.low:,.10g} | {option.high:,.10g} |"
        for rule in rules
        for option in rule.options
    ]
    return "\n".join([*lines, ""])


def _text(text: str) -> str:
    """Prose as a table cell; code in backticks stays."""
    parts = _CODE.split(text.replace("\n", " "))
    return "".join(
        part.replace("|", "\\|") if part[:1] == "`" else _CELL.sub(r"\\\1", part) for part in parts
    )


if __name__ == "__main__":
    PAGE.write_text(page())
