"""What every Wiremill service shares: the pipeline, the models, the store. Start with ``pipeline``."""
