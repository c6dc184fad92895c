"""The one singleton: sends again what was lost, releases what waits, expires what is old."""
