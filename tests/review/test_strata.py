"""Prompts dealt from strata in turn."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from ftui.model.ollama_template import Message
from ftui.review.planning.alike import Alike
from ftui.review.planning.strata import Stratum, deal, in_turn
from ftui.review.prompt import Prompt, conversation_id


def prompt(text: str, stratum: str = "random") -> Prompt:
    messages = (Message("user", text),)
    return Prompt(conversation_id(messages), stratum, messages)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=5), st.integers(1, 40))
def test_strata_share_equally_and_the_rest_goes_to_those_that_have_more(sizes: list[int], n: int) -> None:
    strata = [
        Stratum(f"s{i}", iter([prompt(f"s{i} number {j}", f"s{i}") for j in range(size)]))
        for i, size in enumerate(sizes)
    ]
    found, notes = deal(strata, n)
    counts = Counter(each.stratum for each in found)
    assert len(found) == min(n, sum(sizes))
    for i, size in enumerate(sizes):
        for j, other in enumerate(sizes):
            if counts[f"s{i}"] > counts[f"s{j}"] + 1:
                assert counts[f"s{j}"] == other  # nobody gets two more than one that still has some
        if counts[f"s{i}"] == 0 and size == 0:
            assert (notes[0].startswith("no prompt from ") and f"s{i}" in notes[0]) or n < len(sizes)


def test_one_prompt_is_in_one_stratum_only() -> None:
    same = ["a", "b", "c"]
    strata = [Stratum(name, iter([prompt(each, name) for each in same])) for name in ("random", "held-out")]
    found, notes = deal(strata, 6)
    assert sorted(each.messages[0].content for each in found) == same
    assert notes[-1] == "3 of 6 prompts: there are no more that differ"


def test_a_stratum_that_was_not_reached_is_not_called_empty() -> None:
    names = ("random", "edge", "held-out")
    strata = [Stratum(name, iter([prompt(name, name)]), "no more rows ask anything") for name in names]
    strata.append(Stratum.empty("production", "no file of production data"))
    _, notes = deal(strata, 2)
    assert notes == [
        "no prompt from held-out (2 for 4 strata did not reach it); production (no file of production data)"
    ]


def test_empty_strata_with_the_same_reason_share_it() -> None:
    strata = [Stratum("random", iter([prompt("one", "random")]))]
    strata += [Stratum.empty(name, "there are no data files") for name in ("edge", "held-out")]
    _, notes = deal(strata, 1)
    assert notes == ["no prompt from edge, held-out (there are no data files)"]


def test_prompts_with_nearly_the_same_words_come_last() -> None:
    base = "please tell me how the old clock in the tower of the town was repaired last winter"
    texts = [base, base + " again", "what do penguins eat in the antarctic summer months of the year"]
    found, _ = deal([Stratum("random", iter([prompt(each) for each in texts]))], 2)
    assert [each.messages[0].content for each in found] == [texts[0], texts[2]]


def test_words_tell_what_is_alike_whatever_their_order_and_case() -> None:
    alike = Alike()
    alike.add(prompt("one two three four five six seven eight nine ten"))
    assert alike.holds_like(prompt("TEN nine eight seven six five four three two one"))
    assert not alike.holds_like(prompt("one two three four five six something else entirely here now"))
    assert not alike.holds_like(prompt("one two three"))


def test_sources_are_asked_in_turn_until_all_have_ended() -> None:
    a, b, c = prompt("a"), prompt("b"), prompt("c")
    assert list(in_turn([iter([a, c]), iter(()), iter([b])])) == [a, b, c]
