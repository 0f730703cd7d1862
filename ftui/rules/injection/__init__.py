"""INJ: injection and hidden characters."""
