"""The one singleton: sends again what was lost, releases what waits, delivers webhooks, expires what is old."""
