"""What is wrong with a flow, and how it is told to its author."""
