"""Help desks that tell of turns by webhook: one file each, signature first, words after."""

from heard.actions.assist.helpdesks.base import HelpDesk, Refused
from heard.actions.assist.helpdesks.chatwoot import CHATWOOT
from heard.actions.assist.helpdesks.intercom import INTERCOM
from heard.actions.assist.helpdesks.zendesk import ZENDESK

HELP_DESKS: dict[str, HelpDesk] = {one.name: one for one in (CHATWOOT, INTERCOM, ZENDESK)}

__all__ = ["HELP_DESKS", "HelpDesk", "Refused"]
