"""Experiments: plan, assign, and compare by the design that was planned."""
