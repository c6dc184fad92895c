"""What Flower needs to know of the broker; the password comes from a file, as it does everywhere."""

from pathlib import Path

_password = Path("/run/secrets/redis-password").read_text("utf-8").strip()
broker_url = f"redis://wiremill:{_password}@redis:6379/0"
broker_transport_options = {"priority_steps": [0, 6]}
task_default_queue = "clean"  # it asks for the length of the default one, and may look at our own only
