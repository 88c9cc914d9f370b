"""Groups of like vectors, the same on every run and in every order of rows."""

from heard.inference.grouping.spherical import UNGROUPED, Groups, group

__all__ = ["UNGROUPED", "Groups", "group"]
