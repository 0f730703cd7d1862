"""ART: traces of the way the data was made."""
