"""What customers say themselves: behaviour beside perception, whom to ask and what to listen to, their words."""
