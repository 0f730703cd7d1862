"""Settings of a project: ftui.toml as typed values, and where things are kept. Reads no data."""
