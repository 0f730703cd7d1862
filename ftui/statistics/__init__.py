"""Figures about many values: distributions and how far they are apart, topics, resemblance. Knows no rows or files."""
