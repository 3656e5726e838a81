"""Pages for people: Flask, rendered on the server, in every language of a flow, without scripts."""
