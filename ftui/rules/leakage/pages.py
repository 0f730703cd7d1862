"""The catalogue pages of the LEK rules."""

from __future__ import annotations

from ftui.rules.rule import Rule

RULES = (
    Rule(
        code="LEK001",
        name="exact-leak",
        severity="error",
        scope="set",
        summary="A row that an earlier split holds too, character for character.",
        why=(
            "A validation or test row that was trained on measures memory, not skill. The loss on it falls "
            "as the model memorises, so overfitting looks like progress, the best checkpoint is the wrong "
            "one, and the figure in the report is too good. A few per cent are enough to hide the turn of "
            "the curve."
        ),
        example=(
            'train row 12:     "Reset my password" → password_reset\n'
            'validation row 4: "Reset my password" → password_reset'
        ),
        remedy=(
            "Remove the row from the later split: `f` on the finding, or `ftui fix --select LEK001 "
            "--unsafe`. The training split stays whole, and the held-out one becomes honest, if smaller; "
            "when too little is left of it, split anew after the duplicates are gone (DUP001, DUP002), as "
            "random splitting of duplicated rows is what makes most leaks."
        ),
        certainty=(
            "Certain: found by a 64-bit hash of all texts, roles and the label. Reported is the row of the "
            "later split (training, then validation, then test, then others); `related` names the earlier "
            "one. Between files that neither their names nor ftui.toml call training, validation or test, it is "
            "a remark (info). Needs at least two splits; with one it is skipped and said so."
        ),
        fix="unsafe",
    ),
    Rule(
        code="LEK002",
        name="near-leak",
        severity="error",
        scope="set",
        summary=(
            "A row that shares at least 80 % of its word triples, prompt and answer together, with a row of "
            "an earlier split."
        ),
        why=(
            "A test question whose twin was in the training data, with a name or a number changed, is "
            "answered from memory all the same. Near copies survive the usual check for leaks, which "
            "compares whole rows, and come from templates, paraphrased data and several crawls of one "
            "source."
        ),
        example=(
            'train row 40: "Write a friendly reply to a customer who asks where the parcel with the red '
            'shoes is." → …\n'
            'test row 7:   "Write a friendly reply to a customer who asks where the parcel with the blue '
            'shoes is." → …'
        ),
        remedy=(
            "Read both rows (the differing words are named), then remove the one of the later split with "
            "`f`, or all with `ftui fix --select LEK002 --unsafe`. When very many rows are reported, the "
            "data is made from templates: split it by template or by source instead of row by row."
        ),
        certainty=(
            "Every pair is verified on its word triples; triples of the dataset's own template do not count "
            "(see DUP002, whose `threshold` is used here too). Rows that are equal but for case, spacing "
            "and punctuation are reported here at any length. A row with another label is not a near leak, "
            "but its prompt can be LEK003 or LBL002. Paraphrases in other words pass."
        ),
        fix="unsafe",
    ),
    Rule(
        code="LEK003",
        name="prompt-leak",
        severity="warning",
        scope="set",
        summary="A prompt that an earlier split has too, with another answer.",
        why=(
            "The model has seen the question and an answer to it, so the held-out row no longer shows how "
            "it does on something new. If the two answers contradict each other, the score of this row is "
            "also noise: the model can only be right about one of them."
        ),
        example=(
            'train row 3: "Name the three states of matter." → "Solid, liquid and gas."\n'
            'test row 9:  "name the three states of matter" → "There are three: solids, liquids, gases."'
        ),
        remedy=(
            "Keep all answers to one prompt in one split: remove the row from the later split with `f`, or "
            "move it to the earlier one. Accept it when the split is meant to test known prompts."
        ),
        certainty=(
            "The prompts are equal but for case, spacing and punctuation at their ends. Prompts of fewer "
            "than four words (two, where there are labels) are left out: “hello” is rightly in every split. "
            "Rows that are LEK001 or LEK002 are not reported again."
        ),
        fix="unsafe",
    ),
    Rule(
        code="LEK007",
        name="no-validation-set",
        severity="warning",
        scope="project",
        summary="A project without any rows held out for validation or test.",
        why=(
            "Without held-out rows the only curve is the training loss, and it falls whether the model "
            "learns or memorises. There is no way to choose a checkpoint, to stop early, or to say that the "
            "new model is better than the old one."
        ),
        example=(
            "bad:  splits: train (5,000 rows)\n"
            "good: splits: train (4,500 rows), validation (250 rows), test (250 rows)"
        ),
        remedy=(
            "Remove duplicates first (DUP001, DUP002), then hold out 5 to 10 % of the rows, at least some "
            "fifty, and name the files in ftui.toml under [splits] or with `--split validation=FILE`. Keep "
            "rows that belong together (one author, one conversation, one template) in one split."
        ),
        certainty=(
            "Splits are known from ftui.toml, from `--split`, from the sections of a file, and from file "
            "names such as valid.jsonl or dev.csv. With a project file that names splits this is a warning; "
            "when single files are checked it is a remark only, as the held-out rows may be in a file that "
            "was not named."
        ),
    ),
)
