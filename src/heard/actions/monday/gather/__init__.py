"""From released cells and the ledger to the inputs of the Monday page."""

from heard.actions.monday.gather.page import gather

__all__ = ["gather"]
