"""What the interpreter says in each language of locales/, and how each language writes dates, numbers and lists."""
