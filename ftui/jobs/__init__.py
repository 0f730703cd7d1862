"""Work done in another process, so that the screen stays quick: the check, fixes, search and sorting."""
