"""The catalogue pages of the PRF rules."""

from __future__ import annotations

from ftui.rules.rule import Option, Rule

RULES = (
    Rule(
        code="PRF001",
        name="identical-pair",
        severity="error",
        scope="row",
        summary="A preference row whose chosen and rejected side say the same.",
        why=(
            "The loss of preference training is the difference between the two answers. Between equal ones "
            "there is none: the row teaches nothing, takes its share of every batch, and holds the "
            "reported accuracy at 50 % for its part. Usually the export wrote one column twice, or a "
            "sampler gave one answer two times."
        ),
        example=(
            'bad:  {"prompt": "2 + 2?", "chosen": "It is 4.", "rejected": "It is  4.\\n"}\n'
            'good: {"prompt": "2 + 2?", "chosen": "It is 4.", "rejected": "It is 5."}'
        ),
        remedy=(
            "Remove the row with `f`, or all with `ftui fix --select PRF001 --unsafe`; or write another "
            "rejected answer. Where there are many, look for the fault in the export before removing."
        ),
        certainty=(
            "Compared is the whole side: the answer, and the turns before it where the side holds a "
            "conversation, with their roles. Without regard to: the Unicode form (NFC), kinds of line "
            "breaks, spaces and tabs at the ends of lines, several spaces in a row inside a line, white "
            "space at both ends of a text, and the end marker. Everything else counts: case, punctuation, "
            "line breaks, the indentation of a line. KTO rows have no pairs and are not judged. Two empty "
            "answers are FMT005, not this."
        ),
        fix="unsafe",
    ),
    Rule(
        code="PRF002",
        name="length-bias",
        severity="warning",
        scope="set",
        summary="A split in which the chosen answer is the longer one (or the shorter one) far too often.",
        why=(
            "What separates chosen from rejected is what the model learns to want. If length alone tells "
            "them apart, it learns to write long: answers swell from one epoch to the next while their "
            "quality stands still. It is the best known fault of preference data."
        ),
        example=(
            "bad:  1,000 pairs, the chosen answer is longer in 81 %, by 46 % in the middle\n"
            "good: 1,000 pairs, longer in 54 %"
        ),
        remedy=(
            "Balance it: leave out pairs that differ most in length until the share is near a half, add "
            "pairs whose better answer is the shorter one, or train with a loss that is normalised by "
            "length. Measure the length of answers on held-out prompts before and after."
        ),
        certainty=(
            "One finding a split. All four must hold: at least 50 pairs whose two answers differ in "
            "length; chosen is the longer one in at least 65 % of them, or the shorter one in at least 65 "
            "% (`[rules.PRF002] share`); a sign test gives p < 0.001; and the median ratio of the two "
            "lengths is at least 1.15. Lengths are characters of the last answer of each side, without "
            "white space at the ends. Human preferences lean to longer answers a little (52 to 60 %), "
            "which is not reported."
        ),
        options=(Option("share", 0.5, 1.0),),
    ),
    Rule(
        code="PRF003",
        name="prompt-mismatch",
        severity="warning",
        scope="row",
        summary="A preference row whose two sides answer different conversations.",
        why=(
            "A preference says which answer to one prompt is better. If the chosen answer stands after "
            "another question or after other turns than the rejected one, the difference between the two "
            "is that of the questions, and the model learns a preference that nobody has."
        ),
        example=(
            'bad:  chosen:   "\\n\\nHuman: Name a fruit\\n\\nAssistant: Apple"\n'
            '      rejected: "\\n\\nHuman: Name a car\\n\\nAssistant: Apple"\n'
            'good: both sides begin with "\\n\\nHuman: Name a fruit\\n\\nAssistant:"'
        ),
        remedy=(
            "Pair the answers anew by their prompt: most often two files were joined by line number and "
            "one has a line more. Single rows: edit the side that is wrong, or remove the row."
        ),
        certainty=(
            "Looked at are rows whose sides hold conversations: lists of turns, or texts with “Human:” and "
            "“Assistant:” turns, each beginning a paragraph. Everything before the last assistant turn "
            "must be the same on both sides, turn by turn and role by role, under the normalisation of "
            "PRF001. A side that holds a conversation beside one that holds an answer alone is a mismatch "
            "too, unless the row has a prompt of its own. A side that goes on after the answer of the "
            "other is one as well. Sides that are answers alone share the row's prompt and are right; "
            "answers that differ in any way, also in length, are right."
        ),
    ),
)
