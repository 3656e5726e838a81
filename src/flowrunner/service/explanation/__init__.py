"""Telling a case from its record: what decided, by which rule and which facts."""
