"""Rows in, rows out: formats, layouts, byte-span edits kept as an overlay, lossless save."""
