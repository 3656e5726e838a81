"""Letters: one accessible page in one language, as HTML and as a tagged PDF (PDF/UA-1) that says the same."""
