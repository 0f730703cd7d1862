"""Flags that need several outputs: stop not learnt, same as base, inconsistent samples, probes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ftui.model.tokenizer import estimate
from ftui.project.settings import Project, Stop
from ftui.review.flags.examiner import Examiner
from ftui.review.prompt import Prompt
from ftui.review.sample import Flag, Sample
from tests.review.flags.samples import prompt, sample

EXAMINER = Examiner.of(Project(Path("/nowhere"), stop=Stop(end_marker="### End")))
CUT: dict[str, Any] = {"stop_reason": "limit", "stop_text": None}
PROMPTS = [
    prompt(f"Tell me about subject {i}.", f"Subject {i} is small and round and blue.") for i in range(8)
]
TEXTS = [
    f"Subject {i} is a small round thing that people keep in boxes and look at in the long winter."
    for i in range(8)
]


def over_all(pairs: Sequence[tuple[Prompt, Sample]], base: str | None = None) -> dict[str, list[str]]:
    """Codes by sample id, after both steps, as a job takes them."""
    prompts = {of.prompt_id: of for of, _ in pairs}
    examined: list[Sample] = []
    for of in prompts.values():
        own = [each for asked, each in pairs if asked is of]
        found = EXAMINER.examine(of, own, base)
        examined += [replace(each, flags=tuple(found[each.sample_id])) for each in own]
    last = EXAMINER.examine_all(prompts, examined, base)
    assert set(last) == {each.sample_id for each in examined}
    return {sample_id: [each.code for each in flags] for sample_id, flags in last.items()}


# stop-not-learnt


def test_a_model_that_always_runs_into_the_limit_never_learnt_to_stop() -> None:
    found = over_all([(of, sample(of, text, **CUT)) for of, text in zip(PROMPTS, TEXTS, strict=True)])
    assert all(codes.count("stop-not-learnt") == 1 for codes in found.values())
    again = over_all([(of, sample(of, text, **CUT)) for of, text in zip(PROMPTS[:4], TEXTS, strict=False)])
    assert all("stop-not-learnt" in codes for codes in again.values())


@pytest.mark.parametrize(
    "what",
    [
        "some stop",
        "three outputs",
        "limit too small",
        "wrote the marker",
        "cancelled",
        "no marker known",
        "probes",
    ],
)
def test_when_nothing_says_that_stopping_was_not_learnt(what: str) -> None:
    prompts, more, texts = list(PROMPTS), [dict[str, Any](CUT) for _ in PROMPTS], list(TEXTS)
    examiner = EXAMINER
    if what == "some stop":
        more[0] = more[1] = {}
    elif what == "three outputs":
        prompts = prompts[:3]
    elif what == "limit too small":
        more = [each | {"settings": {"max_tokens": 8}} for each in more]
    elif what == "wrote the marker":
        texts = [f"{text}\n### End\nAnd on it goes" for text in texts]
    elif what == "cancelled":
        more = [{"stop_reason": "cancelled", "stop_text": None} for _ in more]
    elif what == "probes":
        prompts = [
            prompt(f"Half {i} of a row", "and the other half", stratum="train-prefix") for i in range(8)
        ]
    elif what == "no marker known":
        examiner = Examiner.of(Project(Path("/nowhere")))
    samples = [sample(of, text, **kind) for of, text, kind in zip(prompts, texts, more, strict=False)]
    found = examiner.examine_all({of.prompt_id: of for of in prompts}, samples)
    assert not any(flag.code == "stop-not-learnt" for flags in found.values() for flag in flags)


def test_with_room_for_the_reference_alone_it_matters_whether_the_model_thought_of_an_end() -> None:
    room: dict[str, Any] = CUT | {"settings": {"max_tokens": estimate(PROMPTS[0].reference or "") + 1}}
    text = "It is small. It is round. It is blue and goes on"
    for highest, flagged in ((0.0001, 8), (0.4, 0), (None, 0)):
        pairs = [(of, sample(of, text, end_probability=highest, **room)) for of in PROMPTS]
        codes = [code for each in over_all(pairs).values() for code in each]
        assert codes.count("stop-not-learnt") == flagged


def test_outputs_that_end_by_themselves_count_however_long_their_references_are() -> None:
    long = [prompt(f"Tell me about subject {i}.", "Subject and more. " * 40) for i in range(4)]
    more: dict[str, Any] = {"settings": {"max_tokens": 60}}
    pairs = [(of, sample(of, text, **(more | CUT))) for of, text in zip(PROMPTS, TEXTS, strict=True)]
    pairs += [(of, sample(of, "It is a subject.", **more)) for of in long]
    assert not any("stop-not-learnt" in codes for codes in over_all(pairs).values())


def test_each_model_is_judged_by_itself() -> None:
    pairs = [(of, sample(of, text, model="tuned", **CUT)) for of, text in zip(PROMPTS, TEXTS, strict=True)]
    pairs += [(of, sample(of, text, model="base")) for of, text in zip(PROMPTS, TEXTS, strict=True)]
    found = over_all(pairs)
    assert {name.split("-")[0] for name, codes in found.items() if "stop-not-learnt" in codes} == {"tuned"}


# same-as-base


def both(texts: Sequence[str], **more: Any) -> list[tuple[Prompt, Sample]]:
    """Eight prompts, answered by base and tuned; the tuned model says something else where `texts` has it."""
    made = []
    for of, text, own in zip(PROMPTS, TEXTS, [*texts, *TEXTS[len(texts) :]], strict=True):
        made += [(of, sample(of, text, model="base", **more)), (of, sample(of, own, model="tuned", **more))]
    return made


def same(found: dict[str, list[str]]) -> set[str]:
    return {name.split("-")[0] + name[-2:] for name, codes in found.items() if "same-as-base" in codes}


def test_greedy_outputs_of_tuned_and_base_that_are_the_same() -> None:
    assert same(over_all(both([]), "base")) == {"tuned-0"}
    assert len([1 for codes in over_all(both([]), "base").values() if "same-as-base" in codes]) == 8
    one = over_all(both([f"Another text {i}." for i in range(7)]), "base")
    assert len([1 for codes in one.values() if "same-as-base" in codes]) == 1


def test_same_short_outputs_say_something_only_where_nearly_all_are() -> None:
    labels = ["yes", "no", "yes", "no", "yes", "yes"]
    pairs = []
    for of, label in zip(PROMPTS, labels, strict=False):
        pairs += [(of, sample(of, label, model="base")), (of, sample(of, label, model="tuned"))]
    assert len([1 for codes in over_all(pairs, "base").values() if "same-as-base" in codes]) == 6
    assert same(over_all(pairs[:6], "base")) == set()


@pytest.mark.parametrize("what", ["sampled", "no base", "different", "right", "empty"])
def test_what_is_not_the_same_as_base(what: str) -> None:
    if what == "sampled":
        found = over_all(both([], settings={"temperature": 0.8}), "base")
    elif what == "no base":
        found = over_all(both([]))
    elif what == "different":
        found = over_all(both([f"{text} Indeed." for text in TEXTS]), "base")
    elif what == "right":
        asked = prompt("Tell me all.", TEXTS[0])
        found = over_all([(asked, sample(asked, TEXTS[0], model=name)) for name in ("base", "tuned")], "base")
    else:
        found = over_all(
            [(PROMPTS[0], sample(PROMPTS[0], "", model=name)) for name in ("base", "tuned")], "base"
        )
    assert same(found) == set()


# inconsistent


def several(of: Prompt, *texts: str, **more: Any) -> list[list[Flag]]:
    samples = [sample(of, text, index=i, **more) for i, text in enumerate(texts)]
    found = EXAMINER.examine(of, samples)
    return [[flag for flag in found[each.sample_id] if flag.code == "inconsistent"] for each in samples]


@pytest.mark.parametrize(
    ("of", "texts"),
    [
        (
            prompt("Which class?", "card_arrival", label="card_arrival"),
            ["card_arrival", "card_arrival", "lost_card"],
        ),
        (
            prompt("Is a whale a fish?", "No, it is a mammal."),
            ["No, it is a mammal.", "Yes, it lives in the sea."],
        ),
        (prompt("When did the war end?", "1945"), ["It ended in 1945.", "The war ended in 1944."]),
        (prompt("Who wrote Emma?", "Jane Austen"), ["Jane Austen", "Charlotte Brontë", "George Eliot"]),
    ],
)
def test_samples_that_contradict_each_other(of: Prompt, texts: list[str]) -> None:
    found = several(of, *texts)
    assert all(len(each) == 1 for each in found)
    quoted = {each["text"] for each in found[0][0].evidence["samples"]}
    assert len(quoted) >= 2
    assert quoted <= set(texts)


@pytest.mark.parametrize(
    ("of", "texts"),
    [
        (
            prompt("Which class?", "card_arrival", label="card_arrival"),
            ["card_arrival", "Card_arrival\n"],
        ),
        (prompt("Is a whale a fish?", "No, it is a mammal."), ["No.", "No, it is a mammal.", "false"]),
        (
            prompt("When did the war end?", "1945"),
            ["It ended in 1945.", "1945", "In May 1945 the war ended."],
        ),
        (prompt("How much is 2 + 2?", "4"), ["2 + 2 = 4", "4", "The sum of 2 and 2 is 4.0"]),
        (
            prompt("Who wrote Emma?", "Jane Austen"),
            ["Jane Austen", "Emma was written by Jane Austen.", "Austen"],
        ),
        (
            prompt("Write a poem about rain.", "Rain on the roof."),
            ["Soft drops fall.", "The grey sky weeps."],
        ),
        (prompt("Suggest a name for a cat.", "Milo"), ["Luna", "Oscar", "Tiger"]),
        (prompt("Pick a number from 1 to 10.", "7"), ["3", "8"]),
        (
            prompt("Explain levers.", "A lever is a bar on a pivot. " * 5),
            ["A bar turns.", "It moves loads easily."],
        ),
        (prompt("Is a whale a fish?", "No."), ["No, it is a mammal."]),
    ],
)
def test_samples_that_agree_or_may_differ(of: Prompt, texts: list[str]) -> None:
    assert several(of, *texts) == [[] for _ in texts]


def test_samples_that_the_limit_cut_contradict_nobody() -> None:
    assert several(prompt("Is a whale a fish?", "No."), "No", "Yes", **CUT) == [[], []]


def test_models_are_not_held_against_each_other() -> None:
    of = prompt("Is a whale a fish?", "No.")
    samples = [sample(of, "No.", model="tuned"), sample(of, "Yes.", model="base")]
    assert all(not flags for flags in EXAMINER.examine(of, samples, "base").values())


# Probes

SECOND = (
    "and when the tide had gone out the boats lay on their sides in the mud, and the children walked out to them with "
    "baskets to look for what the sea had left behind in the night, as their mothers had done before them."
)
PROBE = prompt("In the morning the water was high,", SECOND, stratum="train-prefix")


def probed(*pairs: tuple[str, str], **more: Any) -> list[list[Flag]]:
    samples = [sample(PROBE, text, model=model, **more) for model, text in pairs]
    found = EXAMINER.examine(PROBE, samples, "base")
    return [found[each.sample_id] for each in samples]


def test_a_text_known_by_heart() -> None:
    (whole,) = probed(("tuned", SECOND), **CUT)
    assert [flag.code for flag in whole] == ["memorised"]
    assert whole[0].evidence["share"] == 1.0
    (part,) = probed(("tuned", " ".join(SECOND.split()[:30]) + " but then the story took another way"))
    assert part[0].evidence["words"] == 30
    (cut,) = probed(("tuned", " ".join(SECOND.split()[:20])), **CUT)
    assert cut[0].evidence["of"] == 20


def test_the_base_models_share_stands_beside_the_tuned_ones() -> None:
    base, tuned = probed(("base", "and nobody knew why. " * 3), ("tuned", SECOND))
    assert base == []
    assert tuned[0].evidence["base_share"] < 0.1
    assert "base:" in tuned[0].evidence["message"]


@pytest.mark.parametrize(
    "text",
    [
        "and the boats were out at sea before anybody had woken up in the town.",
        "and when the tide had gone out the boats went home.",
        "",
        "I'm sorry, I can't help with that.",
        "and the harbour was full of light. " * 20,
    ],
)
def test_a_probe_gets_no_other_flag(text: str) -> None:
    assert probed(("tuned", text), **CUT) == [[]]


# Both steps


def test_the_second_step_keeps_what_the_first_found_and_can_be_taken_again() -> None:
    of = PROMPTS[0]
    first = sample(of, "I'm sorry, but I can't help with that.")
    flags = tuple(EXAMINER.examine(of, [first])[first.sample_id])
    held = replace(first, flags=(*flags, Flag("same-as-base", {"message": "of an earlier run"})))
    found = EXAMINER.examine_all({of.prompt_id: of}, [held], "base")
    assert [flag.code for flag in found[first.sample_id]] == ["refusal"]
    again = EXAMINER.examine_all(
        {of.prompt_id: of}, [replace(held, flags=tuple(found[first.sample_id]))], "base"
    )
    assert again == found


def test_samples_of_a_prompt_that_is_not_in_the_plan_any_more_keep_their_flags() -> None:
    lost = replace(sample(PROMPTS[0], "Hi."), flags=(Flag("refusal", {"message": "x"}),))
    assert EXAMINER.examine_all({}, [lost])[lost.sample_id] == list(lost.flags)


def test_a_model_is_judged_by_the_system_prompt_that_it_had() -> None:
    rules = "You are Nora. Never give discounts above ten per cent, and always answer in two sentences."
    of = prompt("Who are you?", "I am Nora.")
    samples = [sample(of, rules, model="prompted"), sample(of, rules, model="tuned")]
    found = Examiner.of(Project(Path("/nowhere")), systems={"prompted": rules}).examine(of, samples)
    codes = [[flag.code for flag in found[each.sample_id]] for each in samples]
    assert "leaked-prompt" in codes[0]
    assert "leaked-prompt" not in codes[1]


@pytest.mark.parametrize(
    ("adapter", "why"), [("lora.gguf", "the adapter has no effect"), (None, "nothing tells the two apart")]
)
def test_only_of_an_adapter_it_is_said_that_it_has_no_effect(adapter: str | None, why: str) -> None:
    prompts = {of.prompt_id: of for of in PROMPTS}
    samples = []
    for of, text in zip(PROMPTS, TEXTS, strict=True):
        tuned = replace(sample(of, text, model="tuned"), adapter=adapter)
        samples += [sample(of, text, model="base"), tuned]
    found = EXAMINER.examine_all(prompts, samples, "base")
    told = [
        flag.evidence["message"] for flags in found.values() for flag in flags if flag.code == "same-as-base"
    ]
    assert told == [f"8 of 8 greedy outputs are those of base: {why}"] * 8
