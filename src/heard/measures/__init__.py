"""Definitions of quantities as data; intervals."""
