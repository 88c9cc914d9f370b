"""What people do with experiments: a playbook before, one page after."""

from heard.actions.experiments.effect_page import answer, effect_page
from heard.actions.experiments.page import page
from heard.actions.experiments.playbook import playbook

__all__ = ["answer", "effect_page", "page", "playbook"]
