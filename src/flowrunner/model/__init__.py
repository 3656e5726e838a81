"""A flow, an expression, the graph, a case: values only, which no room changes after they are made."""
