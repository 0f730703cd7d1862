"""LEN: how long answers are, and what pads them."""
