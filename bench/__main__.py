"""`make bench`: every figure of flowrunner, each as a median of five runs on this machine, in this run.

ARGS names the rooms to measure, such as ARGS="pages"; all but `soak` when it names none. `--rows N` is how many cases
`growth` measures among, `--kills N` how many workers `soak` kills.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from functools import partial

from bench import check, desk, entered, expressions, growth, interpreter, machine, pages, production, soak
from bench.figure import Figure


def main() -> None:
    """Print a line for each figure."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--rows", type=int, default=growth.MANY)
    parser.add_argument("--kills", type=int, default=soak.KILLS)
    parser.add_argument("rooms", nargs="*")
    options = parser.parse_args()
    rooms: dict[str, Callable[[], Iterator[Figure]]] = {
        "expressions": expressions.figures,
        "machine": machine.figures,
        "interpreter": interpreter.figures,
        "check": check.figures,
        "pages": pages.figures,
        "entered": entered.figures,
        "production": production.figures,
        "desk": desk.figures,
        "growth": partial(growth.figures, options.rows),
    }
    named = {"soak": partial(soak.figures, options.kills)}
    for name in options.rooms or rooms:
        for line in (rooms | named)[name]():
            print(line, flush=True)


if __name__ == "__main__":
    main()
