"""Code and Markdown in a text: fences, languages, syntax, delimiters."""
