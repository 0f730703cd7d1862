"""LNG: languages and domains."""
