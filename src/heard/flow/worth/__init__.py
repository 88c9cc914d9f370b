"""From words to outcomes: who stayed, what goes with it, and what a met moment is worth."""
