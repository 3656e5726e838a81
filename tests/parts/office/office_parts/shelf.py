"""A source that knows on which shelf a file stands: the first two digits of its number.

```yaml
connector: shelf
room: B                     # stands before the digits
```
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from flowrunner.model.case import Value
from flowrunner.model.flow import Source
from flowrunner.sources.base import Connector, Lookup


class ShelfConnector(Connector):
    name = "shelf"
    keys: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "room": {"type": "string", "description": "The room, which stands before the digits."}
    }

    def open(self, source: Source, configuration: Mapping[str, Any], folder: Path) -> Lookup:
        return ShelfLookup(str(configuration.get("room", "")))


class ShelfLookup(Lookup):
    def __init__(self, room: str) -> None:
        self._room = room

    def find(self, given: Mapping[str, Value]) -> Mapping[str, Value]:
        return {"shelf": f"{self._room}{str(given['number'])[:2]}"}
