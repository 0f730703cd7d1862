"""COD: code and Markdown."""
