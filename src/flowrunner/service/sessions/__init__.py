"""Sessions: who is there, how long, how often they may try, and their passwords."""
