"""Tell copies from originals, across jobs, with the evidence."""
