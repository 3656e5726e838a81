"""Pages of a case: showing and sending steps, drafts, uploads."""
