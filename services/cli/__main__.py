"""``python -m services.cli`` is the ``wiremill`` command."""

from services.cli.main import main

main()
