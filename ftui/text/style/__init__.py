"""How prompts and answers are worded: lengths, loops, filler, hedges, refusals, references."""
