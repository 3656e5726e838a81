"""From shaped trees of nodes to a bound flow: FR3."""

from flowrunner.compiler.bind.flow import Bound, bind

__all__ = ["Bound", "bind"]
