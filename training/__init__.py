"""Recipes that make the models this project ships. Nothing here is part of the running pipeline."""
