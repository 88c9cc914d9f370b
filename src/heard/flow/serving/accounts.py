"""People of the app, for the rooms above."""

from heard.gate.accounts.invitations import first_owner

__all__ = ["first_owner"]
