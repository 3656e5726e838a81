"""Cases: beginning, acting on and looking at them, with what is kept of answers that were not sent."""
