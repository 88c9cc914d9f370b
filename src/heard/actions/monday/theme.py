"""Colours and sizes of the drawings. One accent; the page recolours them for the dark, so each means one thing."""

from dataclasses import dataclass

ACCENT, SOFT, INK, MUTED, RULE, PAPER = "#1d5c63", "#a9c6c7", "#23272b", "#5d6469", "#d9d5cb", "#fbfaf6"
_SCREEN_FONT = "system-ui, sans-serif"


@dataclass(frozen=True, slots=True)
class Theme:
    """Typeface and sizes of a drawing, which follow the page around it; lengths in pixels of the drawing."""

    font: str = _SCREEN_FONT
    size: int = 11
    width: int = 300
    label_room: int = 138
    row: int = 21


SCREEN = Theme()
PRINT = Theme(font="Libertinus Serif", size=11, width=242, label_room=128, row=19)
