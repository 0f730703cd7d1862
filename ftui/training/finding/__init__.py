"""Which logs of training runs lie in a folder, and which of them tell of one run."""
