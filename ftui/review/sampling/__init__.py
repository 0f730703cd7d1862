"""A sampling job: models, settings, the exact prompts, and samples into the review."""
