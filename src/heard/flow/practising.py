"""Practice on a workspace or without one: which scenarios there are."""

from pathlib import Path

from heard import gate
from heard.actions.assist.scoring import Scorer
from heard.actions.practice.playing import Play
from heard.actions.practice.scenarios import Scenario, find, of_moments, shipped
from heard.errors import NotConsented
from heard.flow.steps import working_in
from heard.signals.base import load

PURPOSE = "coaching"
MOST = 30
MOMENTS = f"""
SELECT m.cause, m.channel, o.text AS asked, o.text[m.opens_span_start + 1 : m.opens_span_end] AS words,
  CASE WHEN m.after = 'better' THEN (
    SELECT arg_min(n.text, n.position) FROM turn AS n JOIN turn AS r ON r.turn_id = m.reply_turn_id
    WHERE n.interaction_id = m.interaction_id AND n.speaker_role = 'customer' AND n.position > r.position
  ) END AS next
FROM moment AS m JOIN turn AS o ON o.turn_id = m.opens_turn_id
WHERE m.intensity >= 2 AND coalesce(len(o.special_categories), 0) = 0 AND length(o.text) BETWEEN 40 AND 800
ORDER BY m.opens_epoch_s DESC NULLS LAST, m.moment_id LIMIT {MOST}
"""
"""Own moments, newest first, without special categories; the view has left out who objected to being read for this."""


def practice_scenarios(folder: Path | None = None) -> tuple[Scenario, ...]:
    """Shipped scenarios, and own moments of a workspace under the purpose `coaching`; the look is noted."""
    if folder is None:
        return shipped()
    with working_in(folder) as workspace:
        try:
            with gate.view(workspace, PURPOSE) as view:
                rows = view.sql(MOMENTS).to_pylist()
        except NotConsented:
            return shipped()
        gate.audit.note(workspace, "look", "trainee", {"what": "moments for practice", "count": len(rows)})
    return (*shipped(), *of_moments(rows))


def practice_play(name: str, folder: Path | None = None) -> Play:
    """An exercise, ready for its first reply.

    Raises:
        BadInput: No scenario has that name.
    """
    return Play(find(name, practice_scenarios(folder)), Scorer(load("text")))
