"""Drawing a page: from what the interpreter shows to HTML, rendered once with placeholders."""
