"""Reviewing a model: sample outputs, see where they stop, judge them blind, and count."""
