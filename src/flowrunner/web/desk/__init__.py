"""The pages of the desk: signing in, the queue, one case. Any flow with a role of the staff has it."""
