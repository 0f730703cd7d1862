"""The catalogue pages of the STP rules."""

from __future__ import annotations

from ftui.rules.rule import Rule
from ftui.rules.stop_signal.configured_pages import RULE as STOP_CONFIGURED

_WHY_ALL = (
    "Fine-tuning teaches a model where to stop by showing it the same signal at the end of every answer. "
    "At inference that text is a stop sequence: the engine ends the answer when the model writes it."
)

RULES = (
    Rule(
        code="STP001",
        name="missing-end-marker",
        severity="error",
        scope="row",
        summary="An answer does not end with the end marker with which the other answers end.",
        why=f"{_WHY_ALL} Each answer without it teaches the opposite: that an answer may go on. A few per cent of such "
        "rows are enough for a model that sometimes rambles until its token limit, repeats itself, or answers a "
        "question that nobody asked.",
        example='bad:  `{"output": "Use `tar -czf out.tgz dir`."}`\n'
        'good: `{"output": "Use `tar -czf out.tgz dir`.\\n### End"}`',
        remedy="The safe fix appends the marker, with the line break or space that most rows have before it: `f` "
        "on the "
        "finding, or `ftui fix --select STP001`. Look at STP006 first: an answer that was cut off wants its end, "
        'not a marker. If no marker is meant, set `end_marker = ""` under `[stop]` in ftui.toml.',
        certainty="Exact once the marker is known. It is known when ftui.toml names it, or when at least three "
        "quarters of "
        "the answers end with it; with less the data looks merged from sources that end differently, nothing is "
        "assumed, and STP002 asks. Where conversations carry the marker only after their last answer, only that "
        "one is judged. Empty answers (FMT005) and labels are left out.",
        fix="safe",
    ),
    Rule(
        code="STP002",
        name="inconsistent-end-marker",
        severity="error",
        scope="row",
        summary="An answer ends with a misspelt or different end marker, or the data as a whole ends in several ways.",
        why=f"{_WHY_ALL} The engine compares letter for letter: `###end` does not stop an engine that waits for "
        "`### End`, and the user sees the marker and whatever follows. Data merged from two sources, one with a "
        "marker and one without, teaches the model to choose between them by chance.",
        example="bad:  `... as shown above.\\n###END`, `... as shown above.</s>`\ngood: `... as shown "
        "above.\\n### End`",
        remedy="In a row: the safe fix puts the right marker in its place (`f`, or `ftui fix --select STP002`). "
        "For the "
        "question about the whole data: choose one of the endings shown with their shares, in the app or by "
        '`end_marker = "### End"` under `[stop]` in ftui.toml; then one fix of STP001 and STP002 makes all rows '
        'the same. `end_marker = ""` means none.',
        certainty="Known markers are found exactly; variants by case, spaces, symbols around the word, one wrong "
        "letter, or "
        "a marker cut short. A single word such as END counts only on a line of its own after a finished "
        "sentence, so that SQL and prose stay quiet. An unknown marker is found when a fifth of the answers "
        "share it.",
        fix="safe",
    ),
    Rule(
        code="STP003",
        name="text-after-end-marker",
        severity="error",
        scope="row",
        summary="An answer goes on after the end marker.",
        why=f"{_WHY_ALL} Text behind the marker is never shown to a user when the engine stops there, and teaches "
        "a model "
        "whose engine does not stop that there is life after the end: the usual way into invented follow-up "
        "questions and endless answers.",
        example="bad:  `Use ls -la.\\n### End\\nUser: thanks!`\ngood: `Use ls -la.\\n### End`",
        remedy="The fix cuts what stands behind the marker. It is unsafe, because that text is lost: it asks "
        "first in the "
        "app, and wants `--unsafe` from `ftui fix`. Where the marker stands there by mistake, edit the row.",
        certainty="The marker must stand by itself: `### Ending` is not `### End`, and a bare word or `###` "
        "counts only on a "
        "line of its own. Which of the two is wrong, the marker or the text, only a reader can say.",
        fix="unsafe",
    ),
    Rule(
        code="STP004",
        name="repeated-end-marker",
        severity="warning",
        scope="row",
        summary="The end marker stands twice or more at the end of an answer.",
        why="The first marker already ends the answer. The second teaches the model that a marker may follow a marker, "
        "and wastes tokens; it usually means that two scripts of a pipeline both append it, and a third may follow.",
        example="bad:  `Done.\\n### End\\n### End`\ngood: `Done.\\n### End`",
        remedy="The safe fix keeps one: `f`, or `ftui fix --select STP004`. Then look for the second script.",
        certainty="Exact.",
        fix="safe",
    ),
    Rule(
        code="STP005",
        name="stop-sequence-inside-answer",
        severity="warning",
        scope="row",
        summary="The end marker or another stop sequence stands in the middle of an answer.",
        why="An inference engine knows no quotes and no code blocks: it cuts the answer at the first stop sequence it "
        "meets. A model that has learnt to write it in the middle of an answer will give half answers.",
        example="bad:  `Put ### End at the end of each row, then save.\\n### End`\n"
        "good: `Put the end marker at the end of each row, then save.\\n### End`",
        remedy="Reword the answer by hand (`e`), or choose a stop sequence that the data never needs. There is no "
        "automatic "
        "fix: what the text should say instead is the writer's choice.",
        certainty="Exact, letter for letter as an engine compares, in code blocks too. The sequences are the end "
        "marker and "
        "those under `[stop] sequences` in ftui.toml; each place is a finding, up to twenty an answer.",
    ),
    Rule(
        code="STP006",
        name="truncated-answer",
        severity="warning",
        scope="row",
        summary="An answer breaks off: within a word, a sentence, brackets, a code block or JSON.",
        why="Answers that a generator cut at its token limit teach the model to stop in the middle of a sentence, and "
        "each carries its end marker there like any other. Users see answers that just end.",
        example="bad:  `First stop the service, then remove the\\n### End`\n"
        "good: `First stop the service, then remove the old package.\\n### End`",
        remedy="Complete the answer (`e`), generate it again with a higher token limit, or delete the row (`d`). "
        "Many such "
        "rows of about the same length mean that the limit was too low.",
        certainty="Precision before recall (about 0.95 on five public chat sets read by eye; half of the answers "
        "that we cut "
        "at random were found). Only what hardly anybody writes on purpose counts: a last word such as “the” or "
        "“and” (in a list item too), half a word that the data knows longer or that ends as no English word does, a "
        "comma, an open bracket or quotation, an unclosed code block or JSON, HTML whose first element is never "
        "closed, an empty list item after full ones, a heading with nothing under it after one with a text, half a "
        "table row, an operator at the end of a line of code, “follow these steps:” with nothing behind it. A "
        "sentence that merely lacks its full stop counts where next to no others do. Where full stops are not the "
        "custom of the data, and for other lists, code, links, numbers, titles and short answers, it is silent.",
    ),
    STOP_CONFIGURED,
)
