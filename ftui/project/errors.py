"""The one error that a person is meant to read."""


class FtuiError(Exception):
    """Something a person can mend: one line that says what is wrong, and a hint that says what to do.

    Commands print it as `error: MESSAGE` and `hint: HINT` and leave with exit code 2; the app shows it as a
    notice.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
