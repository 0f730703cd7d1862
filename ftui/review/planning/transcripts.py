"""Rows of the text layout that hold a whole exchange with its role tags: what stands before the last answer."""

from __future__ import annotations

import re

_ANSWER = re.compile(
    r"^\#{2,4}[ ]?(?:Response|Assistant|Answer|Output|Completion)[ ]?:?[ \t]*\n?"
    r"|^(?:\*\*)?(?:Assistant|ASSISTANT|Answer|AI|Bot|A)(?:\*\*)?[ ]?:(?:\*\*)?[ \t]*\n?"
    r"|<\|im_start\|>[ ]?assistant\n|<\|start_header_id\|>assistant<\|end_header_id\|>\n*"
    r"|<start_of_turn>model\n|\[/INST\][ \t]*|<\|assistant\|>[ \t]*\n?",
    re.M,
)
"""The tag of the one who answers, and the white space behind it that belongs to it."""


def before_answer(text: str) -> tuple[str, str] | None:
    """The text up to its last answer, tag included, and that answer; None where there is no such tag.

    Spaces between them belong to the answer's first token, and are in neither.
    """
    tags = list(_ANSWER.finditer(text))
    if not tags:
        return None
    last = tags[-1]
    if not text[: last.start()].strip() or not text[last.end() :].strip():
        return None
    return text[: last.end()].rstrip(" \t"), text[last.end() :].lstrip(" \t")
