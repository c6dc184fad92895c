"""The HTTP face: submit, watch, read. It never parses a feed and never waits for a worker."""
