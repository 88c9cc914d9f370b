"""Live assist: a conversation as it happens, what is open in it, and what the business itself has to offer."""
