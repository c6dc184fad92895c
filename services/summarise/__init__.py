"""Pick the sentences that tell the story, by offset into the body."""
