"""Measurements of the figures that the documentation states: ratios within one run, bytes, and memory. Not tests."""
