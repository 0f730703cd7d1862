"""PRF: preference pairs."""
