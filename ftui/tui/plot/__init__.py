"""Curves on a terminal: scales, ticks, thinning to columns, braille. Knows no widget; numpy only inside functions."""
