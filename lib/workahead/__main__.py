"""``python -m workahead``: the command line, where no ``workahead`` command is installed (conda)."""

from workahead.cli import main

main()
