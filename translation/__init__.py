"""What `make words` does: the ids that the code says, the catalogues brought up to date, and what is wrong in them."""
