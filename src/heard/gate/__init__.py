"""Admit, view, release, erase, audit, policy (`heard.toml`): the only door in and out."""
