"""TOK: special tokens and wasted ones."""
