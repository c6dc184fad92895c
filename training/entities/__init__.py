"""The ``fast`` entity model: ``python -m training.entities DATA --out FOLDER``."""
