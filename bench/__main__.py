"""`make bench`: every figure of flowrunner, each as a median of five runs on this machine, in this run."""

from __future__ import annotations

from bench import check, expressions, interpreter, pages, production


def main() -> None:
    """Print a line for each figure."""
    for room in (expressions, interpreter, check, pages, production):
        for line in room.figures():
            print(line, flush=True)


if __name__ == "__main__":
    main()
