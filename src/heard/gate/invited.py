"""Ids of what Heard itself makes: invitations and the answers to them."""

from hashlib import blake2b

from heard.gate import pseudonym
from heard.gate.workspace import Workspace


def invitation_id(workspace: Workspace, plan_id: str, interaction_id: str) -> str:
    """Id of an invitation: keyed, so that nobody can guess one."""
    return pseudonym.of(workspace.key, "invitation", "heard_survey", f"{plan_id}\x1f{interaction_id}")


def answer_id(invitation: str, item_id: str) -> str:
    """Id of the answer to one item of an invitation; the same every time that it is collected."""
    told = f"{invitation}\x1f{item_id}".encode()
    return pseudonym.PREFIXES["answer"] + blake2b(told, digest_size=12, person=b"heard.answer").hexdigest()
