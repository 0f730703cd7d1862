"""Looks at a folder and proposes an ftui.toml, with the reason for every guess."""
