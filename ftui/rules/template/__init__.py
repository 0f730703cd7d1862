"""TPL: how prompts are rendered, and what limits the output."""
