"""The catalogue pages of the DUP rules."""

from __future__ import annotations

from ftui.rules.rule import Option, Rule

RULES = (
    Rule(
        code="DUP001",
        name="exact-duplicate",
        severity="warning",
        scope="set",
        summary=(
            "A row whose texts, roles and label are those of an earlier row of the same split, character "
            "for character."
        ),
        why=(
            "A row that stands twice is learnt twice. Training pays for every copy, and what is copied most "
            "is what the model recites: memorised answers come from repeated rows far more often than from "
            "rows seen once. In a validation split copies count one success, or one failure, several times. "
            "Copies are mostly an accident of merging files, of a scraper that ran twice, or of an export "
            "that was appended to itself."
        ),
        example=(
            'bad:  {"instruction": "What does --force do?", "output": "It skips the question."}\n'
            '      {"instruction": "What does --force do?", "output": "It skips the question."}\n'
            'good: {"instruction": "What does --force do?", "output": "It skips the question."}'
        ),
        remedy=(
            "Remove the copies and keep the first: `f` on the finding in the app (one row, the selection, "
            "or all rows of the filter), or `ftui fix --select DUP001`. The removal is safe when the whole "
            "record is the same but for an id or a running number. When another column differs (a source, a "
            "weight, a date), it is offered as unsafe, since that column goes with the row. If rows are "
            "repeated on purpose, to give them weight, accept the finding with that reason, or use the "
            "sampling weights of the trainer: they say so where one can see it."
        ),
        certainty=(
            "Certain: rows are found by a 64-bit hash of their content and compared text for text before "
            "they are shown. The first row of a group in file order is the original and is not reported; a "
            "group of k rows gives k−1 findings. Copies in two different splits are LEK001. Rows that "
            "differ in case, spacing or a comma are DUP002."
        ),
        fix="safe",
    ),
    Rule(
        code="DUP002",
        name="near-duplicate",
        severity="warning",
        scope="set",
        summary="A row that shares at least 80 % of its word triples with an earlier row of the same split.",
        why=(
            "Rows that differ in a word or two do to a model what copies do, and no comparison of whole "
            "rows finds them: a template filled in many times, a paraphraser that changed one adjective, "
            "the same ticket with another date. They make a dataset look larger and more varied than it is, "
            "push the model towards the wording of the template, and, when the data is split at random "
            "afterwards, they put the answers to the test into the training split."
        ),
        example=(
            'row 3:  "How do I undo the last release of a project that is live?" → "Run `ship back` in its '
            'folder."\n'
            'row 57: "How do I undo the last release of a project which is live?" → "Run `ship back` in its '
            'folder."\n'
            "row 57 is reported: 82 % of the word triples shared, “which” where row 3 has “that”."
        ),
        remedy=(
            "Compare the two rows (Enter on the finding jumps there; the differing words are named). Remove "
            "the poorer one with `f`, or change it until it teaches something of its own. `ftui fix "
            "--select DUP002 --unsafe` keeps the first row of every group; look at `--diff` before. "
            "`[rules.DUP002] threshold = 0.9` in ftui.toml makes the rule stricter about what it calls "
            "near."
        ),
        certainty=(
            "Every pair shown is verified: the two sets of word triples (lower-cased, punctuation left out) "
            "are compared themselves, not their signatures. Triples that more than 1 % of the rows (and "
            "more than 50) carry are the template of the dataset and do not count, so that a common frame "
            "alone makes no duplicate.\n"
            "Prompt and answer together are a warning. A long answer (12 words and more) that is near "
            "another one under a different prompt, and a prompt that is near another one with a different "
            "long answer, are reported as info, with `field` in the evidence, as both can be meant. A near "
            "prompt alone whose short answer differs, and a near text with another label, are no duplicates "
            "but perhaps contradictions: LBL002. "
            "An answer that is the very same is DUP003.\n"
            "It lets pass: paraphrases in other words, and texts of fewer than five words, unless they are "
            "equal but for case, spacing and punctuation. Candidates come from MinHash bands, which miss a "
            "pair at the threshold about once in 5,000."
        ),
        fix="unsafe",
        options=(Option("threshold", 0.5, 1.0),),
    ),
    Rule(
        code="DUP003",
        name="repeated-answer",
        severity="info",
        scope="set",
        summary="One answer of eight words or more that is given to different prompts of the same split.",
        why=(
            "An answer that fits every question answers none. Where many rows share one, the model learns "
            "that this text is a good guess whatever was asked, and it comes out at inference as the stock "
            "reply. It is also the trace of a fault in making the data: a placeholder that was never filled "
            "in, an error message of the service that wrote the answers, a join that went wrong and put one "
            "answer beside the neighbours' prompts."
        ),
        example=(
            'row 8:  "How do I install the tool on Windows?" → "Please see the documentation for further '
            'information on this topic."\n'
            'row 31: "Why is my build slow?" → "Please see the documentation for further information on '
            'this topic."'
        ),
        remedy=(
            "Write an answer to the prompt at hand, or remove the row. When the answer is meant to be the "
            "same (a refusal, a fixed notice, the same fact asked for in other words), accept the finding "
            "with that reason. Nothing is fixed by itself: which of the rows has the right answer is not in "
            "the data."
        ),
        certainty=(
            "The answers are equal but for case, spacing and punctuation at their ends, with the end marker "
            "left out; that is certain. Whether it is a fault is for a person, so it is a remark: several ways "
            "to ask for one fact rightly share its answer. Labels, yes and no, numbers and other answers of fewer than "
            "eight words are not looked at. Rows that are reported as DUP001, or as DUP002 for the whole "
            "row, are not reported again."
        ),
    ),
    Rule(
        code="DUP004",
        name="echoed-prompt",
        severity="warning",
        scope="row",
        summary="An answer that begins with the whole prompt, word for word.",
        why=(
            "A model that is trained on answers which repeat the question repeats the question: every reply "
            "starts with tokens that cost time and money and say nothing. Mostly the echo comes from "
            "sampling a base model and keeping its whole output, prompt included, or from a column that was "
            "joined by mistake."
        ),
        example=(
            'bad:  "Which port does the server use?" → "Which port does the server use? It listens on '
            '8080."\n'
            'good: "Which port does the server use?" → "It listens on 8080."'
        ),
        remedy=(
            "`f` cuts the repeated prompt from the answer, or `ftui fix --select DUP004 --unsafe` in all "
            "rows; it asks first, as the sentence that is left may need another beginning. An answer that "
            "is nothing but the prompt has to be written, or the row removed."
        ),
        certainty=(
            "The text is compared character for character; quotes and spaces before it are skipped. Looked "
            "at are the prompt as a whole and its first part (the instruction without the input; of a "
            "conversation what the user said last), of four words and more. Prompts that are code are left "
            "out: completing a function means repeating its head. An echo in other words, or in the middle "
            "of the answer, passes."
        ),
        fix="unsafe",
    ),
)
