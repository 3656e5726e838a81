"""The words of a flow in each of its languages: Markdown read once, holes that are filled when a page is made.

`make_words` reads one text in one language. What comes out is literal chunks and holes, each hole knowing where it
stands. Nothing here knows expressions: a hole holds anything that `Fills`.
"""
