"""A review's figures as a page for a person (text, Markdown, HTML) and as JSON."""
