"""Are the ids of a long stream distinct? Answered at its end, at 8 bytes an id."""

from array import array

import numpy as np

from heard.errors import BadInput


class Distinct:
    """Collects ids; `check` raises when one came twice. A false alarm has odds of 1 in 300,000 at ten million ids."""

    def __init__(self) -> None:
        self._hashes, self._rows = array("q"), array("i")

    def add(self, name: str, row: int) -> None:
        """Note an id and the row where it stands."""
        self._hashes.append(hash(name))
        self._rows.append(row)

    def check(self, where: str) -> None:
        """BadInput with the rows of the first id that came twice; the import as a whole is then refused."""
        hashes = np.frombuffer(self._hashes, dtype=np.int64) if self._hashes else np.empty(0, np.int64)
        order = np.argsort(hashes, kind="stable")
        same = np.flatnonzero(hashes[order][1:] == hashes[order][:-1])
        if len(same):
            first, second = (self._rows[int(i)] for i in order[same[0] : same[0] + 2])
            raise BadInput(
                "id",
                where=where,
                got=f"one id in rows {first} and {second} ({len(same)} repeats in all)",
                expected="each id once",
                todo="Map another column, or remove the rows that are there twice.",
            )
