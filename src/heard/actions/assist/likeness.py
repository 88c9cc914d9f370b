"""Which of the business's replies answered something like this: the text model's own hashed words, weighted by rarity.

No network, no further model: a static embedding of 131,072 places whose rows are the features that the scorer hashes.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from heard.signals.text.features import WIDTH, Hasher, Unit

Floats = npt.NDArray[np.float32]


class Index:
    """Texts that can be asked for the likest.

    Args:
        texts: What is compared; the order is kept.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        rows = _hashed(texts)
        seen = np.bincount(rows.indices, minlength=WIDTH)
        self._rarity = np.log1p(len(texts) / (1.0 + seen)).astype(np.float32)
        self._rows = _unit(rows, self._rarity)

    def __len__(self) -> int:
        return int(self._rows.shape[0])

    def like(self, text: str) -> Floats:
        """Cosine of each text with this one, 0 to 1; shape (n,)."""
        if not len(self):
            return np.zeros(0, np.float32)
        found: Floats = (self._rows @ _unit(_hashed([text]), self._rarity).T).toarray().ravel()
        return found


def _hashed(texts: Sequence[str]) -> Any:
    return Hasher().rows([Unit(text) for text in texts]) if texts else sparse.csr_matrix((0, WIDTH), dtype=np.float32)


def _unit(rows: Any, rarity: Floats) -> Any:
    weighted = rows.multiply(rarity).tocsr()
    length = np.sqrt(weighted.multiply(weighted).sum(axis=1)).A1
    scale = np.divide(1.0, length, out=np.zeros_like(length), where=length > 0).astype(np.float32)
    return sparse.diags(scale) @ weighted
