"""Never the same line to everybody: counts in how many conversations a line was suggested lately, then lets it rest."""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

WITHIN_S = 28 * 86_400
"""As long as `measures.families.ledger_rows.CANNED_WITHIN_DAYS`: what is suggested cannot become boilerplate."""
MOST_KEPT = 100_000


@dataclass(slots=True)
class Rotation:
    """Which conversation was shown which line, by fingerprint; no words."""

    most_conversations: int
    _shown: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    _order: deque[tuple[int, int, str]] = field(default_factory=deque)

    def rests(self, fingerprints: Iterable[int], session_id: str) -> bool:
        """Whether one of the lines was suggested in as many other conversations as may be."""
        return any(len(self._shown.get(one, set()) - {session_id}) >= self.most_conversations for one in fingerprints)

    def note(self, fingerprints: Iterable[int], session_id: str, *, now_epoch_s: int) -> None:
        """Remember what was suggested; forget what is older than 28 days."""
        for one in fingerprints:
            if session_id not in self._shown[one]:
                self._shown[one].add(session_id)
                self._order.append((now_epoch_s, one, session_id))
        while self._order and (self._order[0][0] < now_epoch_s - WITHIN_S or len(self._order) > MOST_KEPT):
            _, one, session = self._order.popleft()
            self._shown[one].discard(session)
            if not self._shown[one]:
                del self._shown[one]
