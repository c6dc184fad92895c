"""Wiremill for Python programs: ``from wiremill.client import Client``."""
