from __future__ import annotations
from flowrunner.compiler.bind.findings import Findings
from flowrunner.model.flow import Flow
def check_order(flow: Flow, findings: Findings) -> None:
    pass
