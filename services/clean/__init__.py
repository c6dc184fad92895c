"""Leave the text a reader should see, and keep every cut."""
