"""Tag people, places, organisations and more, by offset into the body."""
