"""Serving: production, development, health and metrics."""
