"""The keys of the training screen and of its panes."""

from __future__ import annotations

from ftui.tui.key import Key, moves

TRAINING_KEYS: tuple[Key, ...] = (
    # The screen
    Key("next-metric", "m", "metric(1)", "training", "Metric", "The next metric on top.", 20),
    Key("choose-metric", "M", "choose_metric", "training", "Choose a metric", "Choose the metric on top from all."),
    Key("log-scale", "y", "log_scale", "training", "Log scale", "Log scale, or linear.", 22),
    Key("smoother", "s", "smooth(1)", "training", "Smooth", "Smooth the curves more; again: still more.", 24),
    Key("less-smooth", "S", "smooth(-1)", "training", "Smooth less", "Smooth the curves less."),
    Key("axis", "t", "axis", "training", "Axis", "By step, by epoch, by time.", 26),
    Key("fit", "r", "fit", "training", "Range", "The range of most points, or of all."),
    Key("next-verdict", "right_square_bracket", "verdict(1)", "training", "Next verdict", "The next verdict."),
    Key("previous-verdict", "left_square_bracket", "verdict(-1)", "training", "Verdict before", "The one before."),
    Key("newest-alert", "a", "newest_alert", "training", "Alert", "Go to the newest alert."),
    Key(
        "explain-verdict", "x,i", "explain", "training", "Explain",
        "What the rule looks at, why it matters, where it is from, its thresholds.", 10,
    ),
    Key(
        "verdict-data", "d", "data", "training", "Data",
        "The rows that may explain it: duplicates, leaks, conflicting labels.", 12,
    ),
    Key(
        "verdict-checkpoint", "c", "checkpoint", "training", "Checkpoint",
        "Sample the checkpoint nearest to the best step.", 14,
    ),
    Key("log-search", "slash", "search", "training", "Search", "Search the log.", 50),
    Key("log-next", "n", "found(1)", "training", "Next found", "The next line found."),
    Key("log-previous", "N", "found(-1)", "training", "Found before", "The line found before."),
    Key(
        "log-filter", "F", "filter", "training", "Filter",
        "Of the log: every line, warnings and errors, evaluations, losses, no progress bars.", 52,
    ),
    Key("log-follow", "f", "follow", "training", "Follow", "Follow the newest line, or stay here.", 30),
    Key("log-toggle", "L", "toggle_log", "training", "Log", "Show the log, or hide it.", 32),
    Key("open-log", "o", "open", "training", "Open", "Follow one more log, or a folder of logs.", 54),
    Key("zoom-pane", "z", "zoom_pane", "training", "Zoom", "This pane on the whole screen, or back.", 70),
    Key("training-pane", "tab", "pane(1)", "training", "Next pane", "Curves, verdicts, runs, log.", 11),
    Key("training-pane-before", "shift+tab", "pane(-1)", "training", "Pane before", "The other way round."),
    Key("training-back", "escape", "back", "training", "Back", "Drop the crosshair, the search, the zoom; leave."),
    Key("training-help", "question_mark,f1", "help", "training", "Help", "Every key; Enter does it.", 92),
    # The curves
    Key("crosshair-right", "right,l", "crosshair(1)", "curves", "Crosshair", "The crosshair one column on.", 2),
    Key("crosshair-left", "left,h", "crosshair(-1)", "curves", "Left", "The crosshair one column back."),
    Key("crosshair-far-right", "pagedown,w", "crosshair(10)", "curves", "Far right", "Ten columns on."),
    Key("crosshair-far-left", "pageup,b", "crosshair(-10)", "curves", "Far left", "Ten columns back."),
    Key("crosshair-first", "g,home", "crosshair_end(-1)", "curves", "First", "The first point."),
    Key("crosshair-last", "G,end", "crosshair_end(1)", "curves", "Last", "The last point."),
    Key("zoom-in", "plus,equals_sign,up,k", "zoom(2)", "curves", "Zoom in", "Half of what is seen.", 3),
    Key("zoom-out", "minus,down,j", "zoom(0.5)", "curves", "Zoom out", "Twice what is seen."),
    Key("pan-right", "greater_than_sign,shift+right", "pan(1)", "curves", "Pan right", "A quarter of the view on."),
    Key("pan-left", "less_than_sign,shift+left", "pan(-1)", "curves", "Pan left", "A quarter of the view back."),
    Key("whole-run", "0", "home", "curves", "Everything", "The whole run.", 28),
    Key("last-part", "9", "last_part", "curves", "Newest", "The newest fifth, and follow it."),
    # The verdicts
    *moves("verdicts", "verdict"),
    Key(
        "verdict-line", "enter", "screen.go_to_line", "verdicts", "Log line",
        "The line of the log at this step, and the crosshair on it.", 2,
    ),
    Key(
        "snooze", "space", "snooze", "training", "Snooze",
        "No more alerts of the verdict until it gets worse; again: alerts.",
    ),
    # The runs
    *moves("runs", "run"),
    Key("show-run", "space", "screen.show_run", "runs", "Show", "Draw the run, or not.", 2),
    Key("only-run", "enter", "screen.only_run", "runs", "Only this", "Draw this run alone, or all.", 3),
    # The log
    Key("log-down", "down,j", "scroll(1)", "tail", "Down", "One line down."),
    Key("log-up", "up,k", "scroll(-1)", "tail", "Up", "One line up."),
    Key("log-page-down", "pagedown,space", "page(1)", "tail", "Page down", "One page down."),
    Key("log-page-up", "pageup", "page(-1)", "tail", "Page up", "One page up."),
    Key("log-half-down", "ctrl+d", "page(0.5)", "tail", "Half a page down", "Half a page down."),
    Key("log-half-up", "ctrl+u", "page(-0.5)", "tail", "Half a page up", "Half a page up."),
    Key("log-top", "g,home", "top", "tail", "Top", "The oldest line that is kept."),
    Key("log-bottom", "G,end", "bottom", "tail", "Bottom", "The newest line, and follow it.", 2),
    Key("log-right", "right,l", "slide(1)", "tail", "Slide right", "Long lines from further right."),
    Key("log-left", "left,h", "slide(-1)", "tail", "Slide left", "Long lines from further left."),
)  # fmt: skip
