"""The JSON Schemas (draft 2020-12) of flows, scenarios and settings, made from what is installed."""
