"""Whatever a model writes, the examiner takes it: bytes that are no text, walls of signs, very long outputs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftui.project.settings import Project, RowTemplate, Stop
from ftui.review import plain
from ftui.review.flags import catalogue
from ftui.review.flags.examiner import Examiner
from tests.review.flags.samples import prompt, sample

EXAMINER = Examiner.of(
    Project(Path("/nowhere"), stop=Stop(end_marker="### End"), template=RowTemplate(answer="Label: {label}"))
)
_PIECES = (
    "```python\n", "```", "\n\n", "User:", "### End", "<|im_end|>", "the ", "of ", "1. ", "- ", "{", "}", '"', "\\n",
    "&nbsp;", "<br>", "Label: a",
)  # fmt: skip
PIECES = st.sampled_from(_PIECES)
ANY = st.text(st.characters(codec=None), max_size=60)
"""Surrogates too: bytes that are no UTF-8 stand so in a sample."""
WRITTEN = st.lists(st.one_of(PIECES, ANY), max_size=25).map("".join)
REASONS = st.sampled_from(["end-token", "stop-sequence", "limit", "unknown", "cancelled", "error"])


@given(st.lists(WRITTEN, min_size=1, max_size=3), WRITTEN, WRITTEN, REASONS, st.booleans())
def test_any_text_is_examined(texts: list[str], asked: str, reference: str, reason: str, probe: bool) -> None:
    of = prompt(asked, reference, stratum="train-prefix" if probe else "random")
    samples = [sample(of, text, index=i, stop_reason=reason, stop_text="}") for i, text in enumerate(texts)]
    samples += [sample(of, texts[0], model="base", stop_reason=reason, stop_text=None)]
    found = EXAMINER.examine(of, samples, "base")
    last = EXAMINER.examine_all({of.prompt_id: of}, samples, "base")
    assert set(found) == set(last) == {each.sample_id for each in samples}
    for each in samples:
        flags = [*found[each.sample_id], *last[each.sample_id]]
        assert reason not in ("cancelled", "error") or not flags
        assert {flag.code for flag in flags} <= set(catalogue.CODES)
        assert [flag.code for flag in plain.load_flags(plain.dump_flags(flags))] == [
            flag.code for flag in flags
        ]
        spans = [span for flag in flags for span in flag.evidence.get("spans", ())]
        assert all(0 <= start <= end <= len(each.completion.output) for start, end in spans)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 60_000,
        "no " * 20_000,
        "\n" * 20_000,
        "[" * 20_000,
        "```\n" * 5_000,
        "字" * 20_000,
        "<|im_start|>" * 4_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_very_long_outputs(text: str) -> None:
    of = prompt("Tell me about levers.", "A lever is a bar on a pivot.")
    given = sample(of, text, stop_reason="limit", stop_text=None)
    assert "runaway" in {flag.code for flag in EXAMINER.examine(of, [given])[given.sample_id]}


def test_evidence_is_plain_data() -> None:
    of = prompt("Is a whale a fish? List three reasons.", "No. 1. Lungs 2. Milk 3. Bones")
    texts = [
        "Yes.\nUser: why?",
        "No <br> &nbsp; <br> it is not",
        "It depends.",
        "No no no no no no no no no no no no",
    ]
    samples = [sample(of, text, index=i, stop_text="<|endoftext|>") for i, text in enumerate(texts)]
    for flags in EXAMINER.examine(of, samples).values():
        for flag in flags:
            assert json.loads(json.dumps(flag.evidence)) == flag.evidence
