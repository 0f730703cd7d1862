"""FMT: structure and template."""
