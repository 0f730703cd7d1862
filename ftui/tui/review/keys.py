"""The keys of the review screen: for one output, and for outputs side by side."""

from __future__ import annotations

from ftui.tui.key import Key

REVIEW_KEYS: tuple[Key, ...] = (
    # One output
    Key("accept-output", "a", "screen.judge('accept')", "judge", "Accept", "Good as it is; the next one.", 1),
    Key(
        "fix-output",
        "f",
        "screen.fix",
        "judge",
        "Fix",
        "Edit the output; the corrected pair becomes a new row of the training file, through its journal.",
        2,
    ),
    Key("reject-output", "r", "screen.judge('reject')", "judge", "Reject", "Bad; the next one.", 3),
    Key(
        "reject-edge",
        "R",
        "screen.reject_as_edge",
        "judge",
        "Edge case",
        "Reject it, and add its prompt to the edge cases for the next round of data.",
        20,
    ),
    *(
        Key(
            f"score-{n}",
            str(n),
            f"screen.score({n})",
            "judge",
            f"Score {n}",
            f"Score the line of the rubric with {n}; then the next line.",
        )
        for n in range(1, 6)
    ),
    Key("next-score", "tab", "screen.rubric(1)", "judge", "Next line", "The next line of the rubric.", 24),
    Key("previous-score", "shift+tab", "screen.rubric(-1)", "judge", "Line before", "The line before."),
    Key("flag-output", "exclamation_mark", "screen.flag", "judge", "Flag", "Flag it, or not.", 22),
    # Side by side
    Key("vote-a", "1", "screen.vote(0)", "vote", "A", "A is the best; the next one.", 1),
    Key("vote-b", "2", "screen.vote(1)", "vote", "B", "B is the best; the next one.", 2),
    Key("vote-c", "3", "screen.vote(2)", "vote", "C", "C is the best, where there are three."),
    Key("vote-d", "4", "screen.vote(3)", "vote", "D", "D is the best, where there are four."),
    Key("vote-left", "left", "screen.vote_arrow(0)", "vote", "Left", "The left one of two is better."),
    Key("vote-right", "right", "screen.vote_arrow(1)", "vote", "Right", "The right one of two is better."),
    Key("vote-tie", "t,equals_sign", "screen.vote('tie')", "vote", "Tie", "Equally good; the next one.", 3),
    Key("vote-bad", "0", "screen.vote('both-bad')", "vote", "Both bad", "None is good; the next one.", 4),
    Key(
        "vote-unsure", "9,minus", "screen.vote('unsure')", "vote", "Unsure", "I cannot tell; the next one.", 5
    ),
    Key("next-side", "tab", "screen.side(1)", "vote", "Next side", "The next side, where one fits.", 24),
    Key("previous-side", "shift+tab", "screen.side(-1)", "vote", "Side before", "The side before."),
    # Both
    Key(
        "review-undo", "u,backspace", "undo", "review", "Undo", "Take the last thing back, without limit.", 10
    ),
    Key("review-skip", "s", "skip", "review", "Skip", "Later, behind everything else.", 12),
    Key("review-note", "n", "note", "review", "Note", "A note that is kept with what you say.", 14),
    Key(
        "review-difference",
        "d",
        "difference",
        "review",
        "Difference",
        "Mark the words that differ: from the reference, then between the outputs, then none.",
        30,
    ),
    Key(
        "review-reference", "v", "reference", "review", "Reference", "Show the reference answer, or not.", 31
    ),
    Key(
        "review-nearest",
        "c",
        "nearest",
        "review",
        "Nearest row",
        "The training row nearest to the output.",
        32,
    ),
    Key(
        "review-version",
        "b",
        "version",
        "review",
        "Raw",
        "As deployed, raw, or raw with what was cut off.",
        33,
    ),
    Key("review-spelt", "w", "spelt", "review", "Special tokens", "Spell them and all white space out.", 34),
    Key(
        "review-reveal",
        "x,i",
        "reveal",
        "review",
        "Reveal",
        "Who made the last one, and how it ended: shown after every vote, or no longer.",
        36,
    ),
    Key("review-filter", "F", "filter", "review", "Filter", "By stratum, flag, model, judged or not.", 40),
    Key("review-filter-drop", "ctrl+f", "filter_drop", "review", "Drop filter", "Show everything again."),
    Key("review-mode", "m", "mode", "review", "One or several", "One output, or outputs side by side.", 42),
    Key("review-figures", "V", "figures", "review", "Figures", "What was judged so far, in figures.", 44),
    Key("review-sample", "S", "sample", "review", "Sample", "Sample more outputs into this review.", 46),
    Key("review-save", "ctrl+s", "save", "review", "Save", "Write corrected rows into the training file."),
    Key(
        "review-copy",
        "y",
        "copy",
        "review",
        "Copy",
        "The prompt and the outputs, to the terminal and a file.",
    ),
    Key("review-down", "down,j", "scroll(1)", "review", "Down", "One line down."),
    Key("review-up", "up,k", "scroll(-1)", "review", "Up", "One line up."),
    Key("review-page-down", "pagedown,space", "page(1)", "review", "Page down", "One page down."),
    Key("review-page-up", "pageup", "page(-1)", "review", "Page up", "One page up."),
    Key("review-half-down", "ctrl+d", "page(0.5)", "review", "Half a page down", "Half a page down."),
    Key("review-half-up", "ctrl+u", "page(-0.5)", "review", "Half a page up", "Half a page up."),
    Key("review-top", "g,home", "top", "review", "Top", "The beginning of the outputs."),
    Key("review-bottom", "G,end", "bottom", "review", "Bottom", "The end of the outputs."),
    Key(
        "review-prompt-down",
        "J,shift+down",
        "prompt(1)",
        "review",
        "Prompt down",
        "Prompt and reference, down.",
    ),
    Key(
        "review-prompt-up",
        "K,shift+up",
        "prompt(-1)",
        "review",
        "Prompt up",
        "Prompt and reference, up.",
    ),
    Key("review-back", "escape", "back", "review", "Back", "Leave; everything is kept.", 85),
    Key("review-help", "question_mark,f1", "help", "review", "Help", "Every key; Enter does it.", 92),
)
