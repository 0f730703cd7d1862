"""Which language and which scripts a text is in."""
