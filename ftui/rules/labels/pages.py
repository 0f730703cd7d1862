"""The catalogue pages of the LBL rules."""

from __future__ import annotations

from ftui.rules.rule import Option, Rule

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
            "left out, and each pair is verified; or they have the same words in the same order, or with a "
            "clause moved from one end to the other, once articles, greetings, auxiliaries and politeness are "
            "left out (in English, and the plainest in German, French, Spanish and Italian), at least three: "
            "“how do I …”, “how to …” and “show me how to …”, “hasn't” and “has not” are the same, a question "
            "and a statement are not. It keeps quiet when any differing word can explain the "
            "other answer: a number, a sign, a negation, a name, any word with a meaning of its own. What "
            "is left differs in politeness, articles, pronouns, spelling, inflection or punctuation. One "
            "plain word in the place of another in a prompt of twenty words and more is a remark: it may "
            "explain the other answer or not. So it misses conflicts between shorter prompts that differ in "
            "a word that matters but should not, and texts of fewer than five words. Prompts that ask for "
            "one of many right answers are left out."
        ),
    ),
    Rule(
        code="LBL003",
        name="label-variant",
        severity="warning",
        scope="set",
        fix="safe",
        summary="One class whose label is spelt in several ways; every row with a rarer spelling is reported.",
        why=(
            "Training and every count take “Positive ”, “POS” and “positive” for three classes: the class "
            "is weaker than it looks, the model learns to copy a random spelling, and a scorer that compares "
            "texts counts right answers as wrong."
        ),
        example=(
            'row 5:  {"text": "Great service", "label": "Positive"}    (2 rows)\n'
            'rows 1–4, 6–90:               "label": "positive"         (88 rows)'
        ),
        remedy=(
            "`ftui fix --select LBL003` writes the most frequent spelling. Safe: changes only case and white "
            "space (two labels are the same when both, in small letters, their runs of white space one space "
            "and none at their ends, are equal). What differs in more, a hyphen, an abbreviation, a typing "
            "error, is rewritten with --unsafe only."
        ),
        certainty=(
            "Labels are those of classification rows of all files together; answers count as labels where "
            "95 % of a file's answers have at most four words and each different one stands in five rows on "
            "the average. White space around a label is FMT011's and does not count here. Two spellings are one "
            "class when they are equal (1) but for case and the white space inside them "
            "(labels of one character must also be at most a tenth as frequent); (2) but for "
            "separators (space, _ - . /) between letters, or between a letter and a digit, "
            "and for quotes, brackets and . , ; : ! around them, from three letters on (“card-lost”, "
            "“cardLost”), and as numbers (“1.0”, “1”); (3) by an abbreviation: pos positive, neg negative, "
            "neu or neut neutral, unk unknown, misc miscellaneous, pct percent, and y yes, n no, t true, "
            "f false where the class with the "
            "opposite long word is there too and no other class begins with the letter; (4) by a typing error: one "
            "letter more, less, other or swapped with its neighbour in one word of at least six letters, not "
            "its first, where the rarer spelling stands in at most two rows, or one in a hundred, "
            "and the other in at least ten times as many. Singular and plural are (4). Never the same "
            "class: labels that differ in a digit, a sign (C, C++, -1, A+) or a word (card_lost, "
            "card_stolen; grade_1, grade_2; 1, 10), synonyms, translations, true and 1. Labels with a comma, "
            "semicolon or bar inside are lists and are compared by (1) only."
        ),
    ),
    Rule(
        code="LBL004",
        name="low-agreement",
        severity="warning",
        scope="set",
        summary="Annotators whose votes agree little more than by chance, and the rows without a majority.",
        why=(
            "Where people who know the guideline do not agree, the label in the data is a coin toss: the "
            "model learns the noise, and no score above the agreement of people means anything."
        ),
        example=(
            'row 5: "The card works but I want a new design" → ann_1 card_design, ann_2 card_replacement, '
            "ann_3 other"
        ),
        remedy=(
            "Sharpen the guideline where the confused pairs named here are (`ftui guide` writes one with the "
            "rows that decide), have the rows without a majority decided by one more person, or drop them. "
            "Nothing is fixed by itself."
        ),
        certainty=(
            "Votes are the columns of `votes` under [data.meta] in ftui.toml (one an annotator, or one with "
            "a list), else those found by their names (votes, annotations; annotator_1, rater_a, vote_1, label_1 …). "
            "Case and white space do not count; an empty vote is a missing one. For the whole "
            "data: Krippendorff's alpha (nominal, with missing votes) below 0.667, his limit even for tentative "
            "conclusions (`[rules.LBL004] alpha`), from 20 rows with two votes on; votes that are all numbers "
            "are taken as ratings too (interval), and the better of both counts. A row: at least two votes, and none "
            "of them has more than half (a remark where the row's own label is one of those that share the "
            "lead: somebody decided), or the row's label is another than more than half of the votes gave. "
            "Ratings that are one apart at most agree. One different vote of three is no finding."
        ),
        options=(Option("alpha", 0.0, 1.0),),
    ),
    Rule(
        code="LBL005",
        name="suspect-label",
        severity="info",
        scope="set",
        summary="A label that a model trained on the other rows finds most unlikely, and another most likely.",
        why=(
            "A few per cent of the labels of most hand-labelled sets are slips. They cost accuracy where "
            "classes are close, and in a test set they make the better model look worse."
        ),
        example='row 12: "I still have not received my new card" → exchange_rate   (card_arrival: 97 %)',
        remedy=(
            "Read the row and relabel it (the numbers in the app choose a class), or accept the finding. "
            "Start at the top: the probability is in the evidence. Nothing is fixed by itself."
        ),
        certainty=(
            "A hint, no proof: the data is cut into five parts by a hash of the text, and each is judged by "
            "a light classifier that saw the other four (naive Bayes over hashed words, word pairs and, up "
            "to 200,000 rows, groups of four letters). Confident learning (Northcutt, Jiang and Chuang, 2021) "
            "estimates how many labels are wrong; so many rows at most, and one in twenty, are named: those "
            "whose label is least likely, where another class has at least 30 % and a hundred times as much "
            "(`[rules.LBL005] odds`). Classes of fewer than ten rows are not judged, nor is a row edited "
            "since the check. It has no feeling for meaning: irony, rare words and texts of one or two words "
            "mislead it, so it is a remark. Of banking77's labels changed at random (2 %) it names nine in ten."
        ),
        options=(Option("odds", 1.0, 1e9),),
    ),
)
