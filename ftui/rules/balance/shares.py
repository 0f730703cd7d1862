"""One topic, or one type of answer, that fills a split: what BAL004 and BAL006 say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ftui.rules.rule import Context, Finding
from ftui.statistics import topics
from ftui.statistics.distributions import Distribution

TOPIC_SHARE = 0.5
LEAST_TOPICS = 3
LEAST_ROWS = 100
LEAST_PROMPTS = 200
ROWS_A_TOPIC = 5
CLUSTERED = 1_500
"""Prompts of a split from which its topics are told: 0.3 s, and more of them change no share by a point."""
TYPE_SHARE = 0.9
SMALL_TYPE = 0.02
LEAST_ANSWERS = 200
LEAST_OF_TYPE = 5
REFUSALS = 0.1
LEAST_FOR_REFUSALS = 100
SEED = 20240229


def clustered(prompts: Sequence[str]) -> Distribution:
    """The topics of prompts (an even sample of them), by their top words."""
    some = prompts[:: -(-len(prompts) // CLUSTERED)]
    clusters = topics.fit(some, topics.topic_count(len(some)), SEED)
    return clusters.distribution(clusters.assign(some))


def topic_finding(
    split: str, named: Counter[str], clusters: Distribution | None, file: int | None, context: Context
) -> tuple[Finding | None, bool]:
    """BAL004 of one split, and whether there was enough to judge it."""
    if named.total() >= LEAST_ROWS and len(named) * ROWS_A_TOPIC <= named.total():
        found, how = Distribution.of_counts(named), "column"
    elif clusters is not None and not named:
        found, how = clusters, "clusters"
    else:
        return None, False
    share = float(context.option("BAL004", "share", TOPIC_SHARE))
    if len(found.names) < LEAST_TOPICS or found.shares[0] <= share:
        return None, True
    what = "is the topic of" if how == "column" else "(top words of a cluster) is what is asked in"
    return Finding(
        "BAL004",
        f"“{found.names[0]}” {what} {found.shares[0]:.1%} of the {split} split",
        evidence={
            "split": split,
            "found_by": how,
            "topics": len(found.names),
            "share": round(found.shares[0], 4),
            "counts": found.shortened(50).as_dict(),
        },
        file=file,
    ), True


def answer_type_finding(
    split: str, types: Counter[str], file: int | None, context: Context
) -> Finding | None:
    """BAL006 of one training split."""
    found = Distribution.of_counts(types)
    evidence = {"split": split, "answers": found.total, "counts": found.as_dict()}
    refusals = types["refusal"]
    if found.total >= LEAST_FOR_REFUSALS and refusals >= REFUSALS * found.total:
        told = f"{refusals / found.total:.1%} of the answers of the {split} split are refusals ({refusals:,})"
        return Finding("BAL006", told, evidence=evidence, severity="warning", file=file)
    if found.total < LEAST_ANSWERS or len(found.names) < LEAST_TOPICS:
        return None
    share = float(context.option("BAL006", "share", TYPE_SHARE))
    small = [
        f"{name} {count:,}"
        for name, count in zip(found.names[1:], found.counts[1:], strict=True)
        if count >= LEAST_OF_TYPE and count < SMALL_TYPE * found.total and name != "empty"
    ]
    if found.shares[0] < share or not small:
        return None
    told = f"{found.shares[0]:.1%} of the answers of the {split} split are {found.names[0]}; few are {', '.join(small)}"
    return Finding("BAL006", told, evidence=evidence, file=file)
