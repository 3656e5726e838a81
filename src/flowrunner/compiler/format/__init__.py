"""Putting a flow, a scenario or settings in the house's layout, without changing what they mean.

It writes from the tree of `compiler.parse`. ruamel.yaml was weighed: it keeps a comment with the token before it, so
moving keys moves the comments of their neighbours. Here a comment belongs to the key or item below it, or to the end of
what is above when it stands further right. The order of keys is that of the JSON Schema, so editors, reference and
formatter cannot drift apart. What is written is parsed again and must mean the same, or nothing is written. A
double-quoted text with a backslash, thousands and dates keep their spaces.
"""
