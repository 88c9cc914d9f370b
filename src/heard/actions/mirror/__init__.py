"""The agent's own mirror: own words, own past, own load, own goals, and the right to appeal any label."""
