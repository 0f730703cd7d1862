"""What is done when a verdict is new: a person is told, a command is run, a trainer is stopped."""
