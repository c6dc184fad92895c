"""Trains the scorer of ``services/summarise`` on articles with human summaries."""
