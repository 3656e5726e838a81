"""Scenarios: written examples of a case, played against the pure interpreter as a browser would fill its pages."""
