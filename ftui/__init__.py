"""ftui: finds what is wrong with fine-tuning data, shows the row, and fixes it."""

__version__ = "0.1.0"
