"""Which prompts a review samples, and where they come from."""
