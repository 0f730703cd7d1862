"""A system prompt that only the rendered prompt shows: of a Modelfile, or the template's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftui.model.ollama_template import Message
from ftui.project.settings import Project
from ftui.review.flags.examiner import Examiner
from ftui.review.flags.rendered_system import system_of
from ftui.text.special_tokens import KNOWN
from tests.review.flags.samples import CHATML, prompt, sample

ORDERS = "You answer questions about a backup tool. Be brief and say so when a step can lose your data."
WITH_ORDERS = f"<|im_start|>system\n{ORDERS}<|im_end|>\n{CHATML}"
LLAMA_3 = (
    "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n{}<|eot_id|>"
    "<|start_header_id|>user<|end_header_id|>\n\nHow?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
)
SHOT = "<|im_start|>user\nHow do I begin with this tool of yours?<|im_end|>\n<|im_start|>assistant\nSo.<|im_end|>\n"


@pytest.mark.parametrize(
    ("rendered", "expected"),
    [
        (WITH_ORDERS.format("How?"), ORDERS),
        (LLAMA_3.format(ORDERS), ORDERS),
        (f"<|im_start|>system\n{ORDERS}<|im_end|>\n{SHOT}{CHATML.format('How?')}", ORDERS),
        (SHOT + CHATML.format("How?"), ""),
        (CHATML.format("How?"), ""),
        ("Below is an instruction that describes a task.\n\n### Instruction:\nHow?\n\n### Response:\n", ""),
        ('[{"role": "user", "content": "How?"}]', ""),
        ("", ""),
    ],
)
def test_what_stands_before_the_first_message_as_a_turn_of_its_own(rendered: str, expected: str) -> None:
    assert system_of(rendered, [Message("user", "How?")], KNOWN) == expected


def test_a_recited_system_prompt_that_no_row_has_is_flagged() -> None:
    asked = prompt("How do I list files?")
    sent = WITH_ORDERS.format("How do I list files?")
    recited = sample(asked, ORDERS, model="recites", sent=sent)
    good = sample(asked, "Run `ls` in the folder and it lists all the files.", model="answers", sent=sent)
    found = Examiner.of(Project(Path("/nowhere"))).examine(asked, [recited, good])
    assert "leaked-prompt" in [each.code for each in found[recited.sample_id]]
    assert "leaked-prompt" not in [each.code for each in found[good.sample_id]]


def test_a_prompt_without_a_word_has_no_system_prompt_before_it() -> None:
    assert system_of(CHATML.format(""), [Message("user", "")], KNOWN) == ""
