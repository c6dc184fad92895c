"""The ``wiremill`` command."""
