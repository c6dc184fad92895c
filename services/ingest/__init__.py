"""Open what was handed over, tell its format, read its stories, queue them."""
