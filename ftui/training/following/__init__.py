"""A log as it grows: bytes from a file or a pipe, records from its reader, runs under a watch."""
