"""The desk: what officers may see, the queue, one case and its file."""
