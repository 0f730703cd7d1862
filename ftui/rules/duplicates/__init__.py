"""DUP: the same content twice."""
