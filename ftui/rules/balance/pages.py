"""The catalogue pages of the BAL rules."""

from __future__ import annotations

from ftui.rules.rule import Option, Rule

RULES = (
    Rule(
        code="BAL001",
        name="class-imbalance",
        severity="warning",
        scope="set",
        summary="A training split whose largest class has many times the rows of its smallest one.",
        why=(
            "A model learns how often each answer comes before it learns when. With ten rows of one class "
            "for each of another, guessing the large class is right often enough that the loss hardly asks "
            "for more: accuracy looks fine, and the small classes, often those that matter, are never "
            "predicted."
        ),
        example="bad:  billing 900 rows, refund 90, fraud 12\ngood: billing 400 rows, refund 300, fraud 200",
        remedy=(
            "First ask what production looks like: if it is as uneven, keep the rows and weigh the classes "
            "(`ftui balance --method weights`). Else collect rows of the small classes, or `ftui balance "
            "--to equal --method over` (or under) writes a balanced copy. Nothing is fixed in place."
        ),
        certainty=(
            "Counted, not guessed. One finding a training split (whatever nothing names validation or test "
            "counts as training; those two should look like production and are left out). It is a warning "
            "when the largest class has at least 10 times the rows of the smallest (`[rules.BAL001] "
            "ratio`), or when it has at least 3 times as many and, among at least 5 classes, a tenth "
            "or more have less than half of an equal share. From 3 times on it is a remark (info), below that "
            "nothing. Classes of fewer than 10 rows that BAL002 reports do not count as the smallest. "
            "Judged are splits of at least 100 labelled rows and 2 classes whose largest class has 30 "
            "rows. Labels that differ in nearly every row (more than one class for every 5 rows) are free "
            "text, and skipped with that reason, as is data without labels."
        ),
        options=(Option("ratio", 1.5, 1_000_000),),
    ),
    Rule(
        code="BAL002",
        name="rare-class",
        severity="warning",
        scope="set",
        summary="A class with too few training rows to be learned, or with none while held-out rows ask for it.",
        why=(
            "From a handful of rows a model learns the rows, not the class. The figure for that class then "
            "rests on two or three test rows, or on none. A class that only the validation or test split "
            "has can never be answered right; often its name is spelt differently there."
        ),
        example=(
            "bad:  training has 240 rows a class, and 3 of card_swallowed\n"
            "bad:  12 test rows labelled “chargeback”, no training row\n"
            "good: at least 10 rows of every class, better 50"
        ),
        remedy=(
            "Write or collect more rows of the class, merge it into a near one, or take it out and let the "
            "model hand such cases over. The finding names its rows."
        ),
        certainty=(
            "Counted. One finding a class. Rare is a class with fewer than 10 training rows "
            "(`[rules.BAL002] least`) in a training split of at least 100 labelled rows, when the median "
            "class has at least 5 times as many rows: where all classes are small the data is meant for "
            "few-shot work, and nothing is said. Missing is a class with at least 2 rows in validation or "
            "test and none in training, where training has labels. More than 50 rare classes become one "
            "finding. Labels that differ in nearly every row are free text and skipped, as is data without "
            "labels."
        ),
        options=(Option("least", 2, 100_000),),
    ),
    Rule(
        code="BAL003",
        name="split-imbalance",
        severity="warning",
        scope="set",
        summary="A class whose share of a validation or test split differs widely from its share of training.",
        why=(
            "The held-out figure is an average over classes as the held-out split has them. If a class is "
            "5 % of training and 30 % of the test, the figure speaks of other data than the model was made "
            "for, early stopping waits for the wrong classes, and two versions cannot be compared. It "
            "mostly means that the split was cut from a sorted file."
        ),
        example="bad:  refund is 4 % of training and 31 % of test\ngood: 4 % and 5 %",
        remedy=(
            "Split anew, stratified: `ftui split --by stratified`. If the test was balanced on purpose, "
            "accept the finding, and report figures a class."
        ),
        certainty=(
            "Two shares differ when both hold: the difference is no accident (two-sided test of two "
            "proportions, p below 0.001 after division by the number of classes), and it is large (Cohen's "
            "h, the distance of the arcsines of the shares, at least 0.3; `[rules.BAL003] effect`: 5 % "
            "against 13 %, or 50 % against 65 %). One finding a validation or test split, which lists "
            "every such class. Splits of fewer than 50 labelled rows are not judged, nor is free text. An "
            "evenly made test beside a mildly uneven training split (banking77) is below the threshold. "
            "Needs labels, a training split and another one; else it is skipped and said so."
        ),
        options=(Option("effect", 0.05, 3.2),),
    ),
    Rule(
        code="BAL004",
        name="topic-imbalance",
        severity="info",
        scope="set",
        summary="A training split of which one topic fills more than half.",
        why=(
            "What most rows are about is what the model is good at and drifts towards; the other topics "
            "share the rest. It is easy to collect such data without noticing, as a topic has no column."
        ),
        example="bad:  topic column: shipping 70 %, returns 20 %, payment 10 %\ngood: 40 %, 35 %, 25 %",
        remedy=(
            "Look at the topics in the evidence. Take rows of the small ones from production (`ftui drift "
            "--sample N`), or `ftui balance` where the topic is the label."
        ),
        certainty=(
            "A remark only (info): whether a topic is too large, only what production asks can say "
            "(BAL005). With a topic column (`[data.meta] topic`, else one called topic, category, subject "
            "or theme) it is counted: more than half (`[rules.BAL004] share`) of at least 100 rows, at "
            "least 3 topics, and no more than one topic for every 5 rows. Without one, the prompts of a "
            "sample of at least 200 rows are clustered (TF-IDF, spherical k-means, seeded) and each "
            "cluster is named by its top words: this is a picture, not a count, and labelled rows are left "
            "out of it (their classes are their topics). Fewer rows: skipped."
        ),
        options=(Option("share", 0.1, 1),),
    ),
    Rule(
        code="BAL005",
        name="production-drift",
        severity="warning",
        scope="project",
        summary="A split that is distributed otherwise than a sample of production traffic.",
        why=(
            "A model is as good as its figures only on data like that of its tests. If users write "
            "shorter, in another language or about other things than the training rows, it fails where it "
            "was never trained; if the test split does not look like production either, nobody sees it."
        ),
        example=(
            "bad:  prompts have 60 words in training and 9 in production\n"
            "bad:  14 % of production is Spanish, training has none\n"
            "good: the population stability index of every part is below 0.1"
        ),
        remedy=(
            "`ftui drift --production FILE --sample 200 --output candidates.jsonl` takes production rows, "
            "those that nothing in training resembles first, to be answered and added; `ftui balance --to "
            "production` gives classes the shares of production. Then measure again."
        ),
        certainty=(
            "Needs a sample of production rows, `[data] production` in ftui.toml; without it the rule is "
            "skipped and says so. Each split (training, validation and test alike) is compared part by "
            "part, one finding each: class (where both have labels), prompt length in words, vocabulary "
            "(the 300 commonest words), language, and topic (a column, else, with 100 "
            "rows on each side, clusters). A part drifts when "
            "both hold: the population stability index, less its mean over 200 permutations of the same "
            "rows (chance alone gives small samples a high one), is at least 0.25 (`[rules.BAL005] psi`), "
            "and of the permutations no more than 1 in 100 has a higher one. From 0.1 on it is a remark "
            "(info), below nothing. Vocabulary counts one row once for each word that it holds, and needs "
            "a Jensen–Shannon divergence of 0.1 (remark: 0.05) above chance in place of the index. Fewer "
            "than 30 rows on either side: not compared. Besides, one warning lists the production rows "
            "that resemble no training row: a row whose best cosine (TF-IDF of the words of the prompt, "
            "over at most 50,000 training rows) is no higher than what 95 % of training rows reach with their "
            "nearest other row, and at most 0.25. It comes when these are at least 5 rows, at least 5 % of "
            "production more than of training, and that is no accident (p below 0.01). Seeded: the same "
            "files give the same figures."
        ),
        options=(Option("psi", 0.01, 100),),
    ),
    Rule(
        code="BAL006",
        name="answer-type-imbalance",
        severity="info",
        scope="set",
        summary="Answers of one type fill nearly all of the training split, or refusals a tenth of it.",
        why=(
            "A model that saw lists, code or JSON in two answers of a hundred falls back to prose when "
            "asked for them, and one that saw every tenth prompt refused learns that refusing is a good "
            "answer."
        ),
        example=(
            "bad:  of 5,000 answers 4,890 are prose, 60 code, 50 lists\n"
            "bad:  of 900 answers 130 are refusals\n"
            "good: prose 55 %, lists 20 %, code 15 %, short 10 %"
        ),
        remedy=(
            "Add rows of the types that the model shall give, or take out those that it shall not: the "
            "bars in the evidence say how many there are of each. Refusals are listed one by one by REF001."
        ),
        certainty=(
            "A remark (info), since only the task says which types are wanted; refusals in at least 10 % "
            "of the answers (of at least 100) are a warning. Every last answer has one type: refusal "
            "(opens with a refusal such as “I'm sorry, but I can't”), JSON (parses as an object or array), "
            "code (a fence, or a first line of code), list (at least half of its lines are bullets or "
            "numbered), table, number, yes or no, one word, short (up to 8 words), prose. The remark comes "
            "when a training split of at least 200 answers has at least 3 types, one of them holds 90 % or "
            "more (`[rules.BAL006] share`) and another, of at least 5 rows, less than 2 %. Labelled rows "
            "and preference pairs are left out; with no answers it is skipped."
        ),
        options=(Option("share", 0.3, 1),),
    ),
)
