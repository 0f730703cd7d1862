"""Fenced code blocks."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ftui.text.code.fences import blocks


def test_blocks_with_language_and_code() -> None:
    text = "Run:\n```python\nprint(1)\n```\nand\n~~~\nx\n~~~"
    first, second = blocks(text)
    assert text[first.code_start : first.code_end] == "print(1)\n"
    assert (first.language, first.closed) == ("python", True)
    assert (second.language, second.closed) == ("", True)


def test_a_block_that_is_never_closed_reaches_to_the_end() -> None:
    text = "Run:\n```bash\nls"
    (only,) = blocks(text)
    assert not only.closed
    assert only.end == len(text)


def test_a_longer_fence_holds_a_shorter_one() -> None:
    text = "````markdown\n```python\nx\n```\n````"
    (only,) = blocks(text)
    assert only.closed
    assert "```python" in text[only.code_start : only.code_end]


def test_fences_in_lists_and_quotes_count() -> None:
    assert blocks("1. do\n   ```sh\n   ls\n   ```")[0].closed
    assert blocks("> ```\n> x\n> ```")[0].closed


@given(st.text(alphabet="`~\n ax", max_size=80))
def test_blocks_stand_in_order_and_do_not_overlap(text: str) -> None:
    found = blocks(text)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(b.start <= b.code_start <= b.code_end <= b.end for b in found if b.closed)
    assert all(b.closed for b in found[:-1])
