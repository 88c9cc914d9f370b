"""Bots: the seam to people, the mix of what they get, which cases must go to a person, and what fails each week."""
