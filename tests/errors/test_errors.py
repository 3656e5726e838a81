from __future__ import annotations

import pytest

from flowrunner.errors import FlowrunnerError


class TestFlowrunnerError:
    @pytest.mark.parametrize(
        ("error", "said"),
        [
            (FlowrunnerError("nothing is there."), "nothing is there."),
            (FlowrunnerError("nothing is there.", where="a.yaml"), "a.yaml: nothing is there."),
            (FlowrunnerError("nothing is there.", way_out="Write it."), "nothing is there. Write it."),
            (FlowrunnerError("it is late.", where="b", way_out="Go home."), "b: it is late. Go home."),
        ],
    )
    def test_it_says_where_what_and_the_way_out(self, error: FlowrunnerError, said: str) -> None:
        assert str(error) == said
