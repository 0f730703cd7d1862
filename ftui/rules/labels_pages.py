"""The catalogue pages of the LBL rules."""

from __future__ import annotations

from ftui.rules.rule import Rule

RULES = (
    Rule(
        code="LBL001",
        name="conflicting-answers",
        severity="error",
        scope="set",
        summary="One prompt that has different labels, or different answers, in rows of the same split.",
        why=(
            "Of two labels for one text at least one is wrong, and training pulls the model both ways: the "
            "loss on these rows cannot fall, the model turns unsure about everything like them, and the "
            "score has a ceiling below 100 % that no training lifts. Conflicts are where annotators "
            "disagreed, where guidelines changed in between, or where two merged sources use their labels "
            "differently."
        ),
        example=(
            'row 5:  "My card was swallowed by the machine" → card_swallowed\n'
            'row 88: "my card was swallowed by the machine" → lost_card'
        ),
        remedy=(
            "Decide which one is right and relabel the other (the numbers in the app choose a class), or "
            "remove both when the text allows either. Nothing is fixed by itself. If many conflicts are "
            "between the same two labels, the labels overlap: sharpen the guideline, or merge them."
        ),
        certainty=(
            "The prompts (with the system prompt) are equal but for case, spacing and punctuation at their "
            "ends, and so are answers before they count as different; every row of a conflict is reported. "
            "Two labels are an error. Two different answers of up to eight words are a warning, and a "
            "remark only where the prompt asks for one of many right answers (an example, a suggestion, a "
            "title). Long answers that differ are a remark: several good answers to one prompt are variety. "
            "Preference and KTO rows are left out, where several answers are the point, and greetings of "
            "one or two words. Labels that differ in spelling only are LBL003."
        ),
    ),
    Rule(
        code="LBL002",
        name="near-conflict",
        severity="warning",
        scope="set",
        summary=(
            "Two prompts that ask the same in nearly the same words, with different labels or short answers."
        ),
        why=(
            "It is the same contradiction as LBL001, which a comparison of whole prompts does not see: "
            "somebody wrote “please”, corrected a typing error or left out an article, and the copy was "
            "labelled by someone else. The model learns that the article decides."
        ),
        example=(
            'row 14: "What is the limit for a transfer to an account abroad per day" → transfer_limit\n'
            'row 70: "Please what is the limit for a transfer to an account abroad per day" → exchange_rate'
        ),
        remedy=(
            "Read both rows and give them one answer, or make the prompts differ in what decides. When both "
            "are right, the words that make the difference are named in the evidence; accept the finding "
            "with that reason."
        ),
        certainty=(
            "The prompts share at least 80 % of their word triples (`[rules.DUP002] threshold`), template "
            "left out, and each pair is verified. It keeps quiet when any differing word can explain the "
            "other answer: a number, a sign, a negation, a name, any word with a meaning of its own. What "
            "is left differs in politeness, articles, pronouns, spelling, inflection or punctuation. One "
            "plain word in the place of another in a prompt of twenty words and more is a remark: it may "
            "explain the other answer or not. So it misses conflicts between shorter prompts that differ in "
            "a word that matters but should not, and texts of fewer than five words. Prompts that ask for "
            "one of many right answers are left out."
        ),
    ),
)
