"""The catalogue pages of the LEK rules that look beyond equal rows: time, groups, benchmarks."""

from __future__ import annotations

from ftui.rules.rule import Option, Rule

RULES = (
    Rule(
        code="LEK004",
        name="temporal-leak",
        severity="warning",
        scope="set",
        summary=(
            "A validation or test row that is older than the newest training row, in data that carries dates."
        ),
        why=(
            "In use the model meets what comes after its training data. Held-out rows from the middle of "
            "it are easier: their topics, prices, names and versions were in the training rows. The score "
            "promises what production will not keep. A few older rows in a split by time are strays; when "
            "most rows are older, the data was split at random."
        ),
        example=(
            'bad:  train up to 2024-06-30; test row 7: {"created_at": "2024-03-02", …}\n'
            'good: train up to 2024-06-30; test row 7: {"created_at": "2024-07-02", …}'
        ),
        remedy=(
            "Remove stray rows from the later split, or move them to training: `f`, or `ftui fix --select "
            "LEK004 --unsafe`. Split dated data by time (`ftui split --by time`): everything up to a day "
            "is training, what comes after it is held out. Accept it where the date says nothing about the "
            "content."
        ),
        certainty=(
            "Each row of a split called validation or test (or dev, holdout …) is compared with the newest "
            "row of the training split, not with each other; the same moment is not older. A row without a "
            "readable date is left out. The column is that of `time` under [data.meta], else one called "
            "created_at, timestamp, created, date, datetime or time that at least half of the rows have. "
            "Dates are read in ISO form (2024-03-02, 2024-03-02T10:00:00Z, 2024-03), as 02.03.2024, as "
            "Unix seconds to nanoseconds, and with slashes where the data shows which number is the day; "
            "without a zone it is UTC. Where more than 50 rows and more than half of a split are older, "
            "the split gets one finding with the figures in place of one a row; if then the column was "
            "only found by its name, it is a remark (info), and so are the rows of a smaller split of "
            "which more than half are older. Skipped without a date column, or without both a training and "
            "a held-out split with dates."
        ),
        fix="unsafe",
    ),
    Rule(
        code="LEK005",
        name="group-leak",
        severity="warning",
        scope="set",
        summary=(
            "A row whose user, document or conversation (by a column of the data) is in an earlier split too."
        ),
        why=(
            "Rows of one author, one document or one conversation share words, style and facts. A model "
            "that was trained on some of them recognises the rest, and the score on them says how well it "
            "knows this person, not how well it will do with the next one."
        ),
        example=('train row 12: {"user_id": "u81", …}\ntest row 4:   {"user_id": "u81", …}'),
        remedy=(
            "Keep each group in one split: remove or move the rows (`f`, `ftui fix --select LEK005 "
            "--unsafe`), or split anew by group (`ftui split --by group`). Where the same users will be "
            "there in production, accept it with that reason."
        ),
        certainty=(
            "Groups are the columns of `group` under [data.meta], else the first one called user_id, user, "
            "author_id, session_id, conversation_id, thread_id, message_tree_id, document_id, group_id, "
            "customer_id, patient_id or the like that at least half of the rows have. Values are equal "
            "when their text is, without regard to spaces at the ends; 7 and “7” are one group. Empty "
            "values and none, null, unknown, anonymous, n/a, -1 are no group. A column that was only found "
            "by its name and has fewer than 10 different values in 100 rows or more is taken for a class "
            "and not looked at. Reported is each row of the later split (training, validation, test, "
            "others); `related` names the first row of the group in the earliest split. Where more than 50 "
            "rows and more than half of a split share groups with earlier ones, the split gets one finding "
            "with the figures; if then the column was only found by its name it is a remark (info), and so "
            "are the rows of a smaller split of which more than half share. Skipped without such a column "
            "or with one split."
        ),
        fix="unsafe",
    ),
    Rule(
        code="LEK006",
        name="benchmark-contamination",
        severity="error",
        scope="row",
        summary=("A row that holds a question of a public benchmark, word for word or lightly edited."),
        why=(
            "A model that was trained on the questions of a benchmark scores well on it and knows nothing "
            "more. The published figure is wrong, comparisons with other models are unfair, and the "
            "mistake is found by others. Benchmarks get into data through scraped pages, merged "
            "collections and models that recite them."
        ),
        example=(
            'bad:  {"instruction": "Janet’s ducks lay 16 eggs per day. She eats three for breakfast …", …}  '
            "(GSM8K test 0)\n"
            "good: a question of your own, also about eggs"
        ),
        remedy=(
            "Remove the row: `f`, or `ftui fix --select LEK006 --unsafe`. If you do not report that "
            "benchmark, accept the finding. More benchmarks: name their files under [data] benchmarks (the "
            "text of the item is shown beside yours), or keep their hashes with `ftui contamination index "
            "FILE`; `ftui contamination --list` shows which are known."
        ),
        certainty=(
            "ftui knows the questions of HumanEval (164) and of the first 100 rows of the GSM8K test set, "
            "those added by `ftui contamination index`, and the files under [data] benchmarks (.gz too). "
            "Texts are compared without regard to case, punctuation, spacing, Unicode form and kind of "
            "quotes; digits count. A text of any role is reported when it has, within about twice the "
            "length of the question, at least 35 % of the question's runs of five words, weighted by "
            "rarity: a run that stands in k questions, or in rows of your data that hold less than half of "
            "the question, counts for 1/k, so that stock phrases (“function that takes a string as input "
            "and returns the”) weigh next to nothing; and the runs that it has must weigh as much as 5 "
            "that are found nowhere else. A question with every tenth word changed, with other names or "
            "numbers, or inside a longer text is found; one told in other words, a part of less than a "
            "third of it, and the solution without the question are not, nor questions of fewer than 9 "
            "words. Rows of a split called test are left out: a benchmark may be what you test on. A file "
            "of which more than 50 rows and more than half are questions of benchmarks gets one finding in "
            "place of one a row."
        ),
        fix="unsafe",
        options=(Option("coverage", 0.2, 1.0),),
    ),
)
