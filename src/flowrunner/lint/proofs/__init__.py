"""What is proved of a flow: the paths that lead to a step, and when a guard can hold."""
