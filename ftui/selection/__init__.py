"""Which rows go where: splits without leaks, balanced copies, candidates from production. No row is changed."""
