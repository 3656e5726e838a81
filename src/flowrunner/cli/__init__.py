"""What an author and an operator type: `flowrunner check`, `serve`, `test` and the rest."""

from flowrunner.cli.main import main

__all__ = ["main"]
