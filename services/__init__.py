"""One package per service; each says one verb."""
