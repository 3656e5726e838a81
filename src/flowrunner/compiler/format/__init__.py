"""Putting a flow, a scenario or settings in the house's layout, without changing what they mean."""
