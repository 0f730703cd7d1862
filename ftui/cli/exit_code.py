"""What the exit code of a command says."""

CLEAN = 0
FINDINGS = 1
"""Findings at or above --fail-on."""
COULD_NOT_JUDGE = 2
"""Bad usage, nothing readable in a file, bad configuration. Wins over 3, as 3 wins over 1."""
WORSE = 3
"""Worse than the baseline."""
INTERRUPTED = 130
"""After Ctrl+C: 128 + SIGINT."""
PIPE_CLOSED = 141
"""The reader of stdout went away (`ftui check | head`): 128 + SIGPIPE."""
