"""Emotions, cues and behaviours in the words of a turn, with their evidence (CODEBOOK A and B)."""

from importlib.resources import as_file, files
from typing import Literal

from heard.signals.text.fast import load_fast
from heard.signals.text.signal import TextSignal

EngineName = Literal["accurate", "fast"]

DEFAULT: EngineName = "accurate"
"""Accuracy comes first: the fast engine does not reach what the accurate one does (docs/text-model.md)."""

__all__ = ["DEFAULT", "EngineName", "TextSignal", "load"]


def load(engine: EngineName = DEFAULT) -> TextSignal:
    """A ready text signal; reads the packaged model once, so keep what it returns.

    Example:
        >>> import pyarrow as pa
        >>> turns = pa.table({"speaker_role": ["agent"], "text": ["So sorry about that! Tracking is below."]})
        >>> load("fast").score(turns)[0].as_py()[0]["label"]
        'apologizes'
    """
    with as_file(files("heard.signals.text") / "model") as folder:
        fast = load_fast(folder / "fast.npz")
        if engine == "fast":
            return TextSignal(fast, fast)
        from heard.signals.text.encoder import load_accurate

        return TextSignal(load_accurate(folder, fast), fast)
