"""Other people's words for roles and channels. A word that is not here is asked about, not guessed."""

from collections.abc import Mapping
from dataclasses import dataclass

from heard.errors import BadInput
from heard.terms.words import CHANNELS, ROLES

ROLE_WORDS: dict[str, str] = {
    **dict.fromkeys(
        ("customer", "user", "client", "end-user", "end user", "enduser", "requester", "consumer", "visitor", "contact",
         "caller", "guest", "buyer", "shopper", "member", "patient", "lead", "inbound", "in", "incoming"), "customer"
    ),
    **dict.fromkeys(
        ("agent", "staff", "employee", "operator", "representative", "rep", "advisor", "adviser", "support", "admin",
         "wizard", "csr", "outbound", "out", "outgoing", "helpdesk", "help desk", "service", "teammate"), "agent"
    ),
    **dict.fromkeys(("bot", "chatbot", "robot", "virtual agent", "virtual assistant", "ai", "automation"), "bot"),
    **dict.fromkeys(("system", "event", "notification", "trigger"), "system"),
}  # fmt: skip
"""`assistant` is missing on purpose: with some tools it is a person, with others a machine."""

CHANNEL_WORDS: dict[str, str] = {
    **dict.fromkeys(("live chat", "livechat", "web chat", "webchat", "web_chat", "web messaging", "widget"), "chat"),
    **dict.fromkeys(("e-mail", "mail"), "email"),
    **dict.fromkeys(("voice", "call", "telephone", "voicemail"), "phone"),
    **dict.fromkeys(("twitter", "x", "facebook", "instagram", "social media", "reddit"), "social"),
    **dict.fromkeys(("messenger", "whatsapp", "sms", "telegram", "signal", "wechat", "line", "text"), "messaging"),
    **dict.fromkeys(("in-app", "inapp", "app", "mobile sdk"), "in_app"),
    **dict.fromkeys(("ticket", "web", "web form", "webform", "contact form"), "form"),
    **dict.fromkeys(("reviews", "trustpilot", "app store"), "review"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Roles:
    """Which foreign word means which role: the options first, then ROLE_WORDS."""

    words: Mapping[str, str]

    @classmethod
    def of(cls, options: Mapping[str, str]) -> "Roles":
        """From options such as {"role.customer": "kunde,client"}; BadInput for a role that does not exist."""
        words = dict(ROLE_WORDS)
        for option, listed in options.items():
            if not option.startswith("role."):
                continue
            role = option.removeprefix("role.")
            if role not in ROLES:
                raise BadInput("option role.…", got="another role", expected=", ".join(ROLES), todo="Correct its name.")
            words.update({word.strip().lower(): role for word in listed.split(",") if word.strip()})
        return cls(words)

    def role(self, word: object, where: str) -> str:
        """The role that a word means; BadInput, without the word, when nobody said."""
        found = self.words.get(str(word).strip().lower())
        if found is None:
            raise BadInput(
                "role of a speaker",
                where=where,
                got="an empty value" if word in (None, "") else "a word that is not known",
                expected="customer, agent, bot, system or a usual synonym",
                todo='Say what it means, such as "role.agent" = "their word".',
            )
        return found


def channel_of(word: object, default: str = "other") -> str:
    """The channel that a word means; the default for an unknown or empty one.

    Example:
        >>> channel_of("Live Chat"), channel_of("WhatsApp"), channel_of("pigeon")
        ('chat', 'messaging', 'other')
    """
    text = str(word or "").strip().lower()
    return text if text in CHANNELS else CHANNEL_WORDS.get(text, default)


def channel_option(options: Mapping[str, str], default: str) -> str:
    """options["channel"], or the default; BadInput for a channel that does not exist."""
    chosen = options.get("channel", default)
    if chosen not in CHANNELS:
        raise BadInput("option channel", got="another word", expected=", ".join(CHANNELS), todo="Choose one of them.")
    return chosen
