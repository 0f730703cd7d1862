"""The catalogue page of FMT009."""

from __future__ import annotations

from ftui.rules.rule import Rule

PAGE = Rule(
    code="FMT009",
    name="template-deviation",
    severity="error",
    scope="row",
    summary="A prompt or an answer that departs from the template that ftui.toml sets.",
    why=(
        "Where every row has the same frame, the model learns the frame at once and spends itself on the "
        "content. A row with another heading, another order or a missing part teaches a second frame, and "
        "the program that reads the answers meets it sooner or later."
    ),
    example=(
        "ftui.toml:  [template]\n"
        '            answer = "Verdict: {verdict}\\nReason: {reason}"\n'
        'bad:  "verdict - yes, because it rained"\n'
        'good: "Verdict: yes\\nReason: it rained"'
    ),
    remedy=(
        "`ftui fix --select FMT009`, in the app f on the finding, writes the row in the template's form "
        "where all its parts can be recovered. It is safe where only white space changes; where the letters, "
        "signs or punctuation of the fixed parts change it is unsafe. Anything else by hand: the finding "
        "points at the first place that departs."
    ),
    certainty=(
        "Exact. The template is fixed text with slots: `{name}` stands for any text that is not blank, on "
        "one line or several; `{{` and `}}` stand for braces. A prompt or an answer fits when it is the "
        "whole template, character for character, each slot taking as little as it can, the last one the "
        "rest; a slot name that stands twice must hold the same text twice. The end marker and the white "
        "space around the text are left aside, in the template as well. `prompt` is compared with the user "
        "text (in alpaca rows instruction and input joined by a newline; in a chat each user turn), `answer` "
        "with each answer "
        "(assistant turns without tool calls, chosen, rejected, the label). Where the fixed parts differ "
        "only in case, spacing, or the punctuation and marks around their words (`**Verdict**:`, `verdict "
        "-`, `## Verdict`) and stand in order, the row is a deviation that can be fixed; where one is "
        "missing, is spelt otherwise or stands in another order, or a slot is empty, it is one for a person. "
        "Skipped where ftui.toml has no [template]."
    ),
    fix="unsafe",
)
