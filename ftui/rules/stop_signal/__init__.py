"""STP: how answers end."""
