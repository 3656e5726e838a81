"""Uploads: kept, judged, scanned for viruses and shown."""
