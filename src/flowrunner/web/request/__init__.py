"""What a request brings: cookies, forms, body, the visitor, and what is counted and logged of it."""
