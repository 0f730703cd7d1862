"""Detectors on one string that return spans; pure, no data frames."""
