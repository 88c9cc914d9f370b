"""The audit by group on a gold set, what it blocks, and who answers for it all the same."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from heard import gate
from heard.errors import BadInput
from heard.flow.steps import working_in
from heard.gate import scorers
from heard.inference.agreement import machine, read
from heard.inference.bias.groups import by_group
from heard.sample.corpus import folder as corpus
from heard.signals.base import load
from heard.sources.labelled import LabelledConversation

PART = "b.jsonl"
"""The part of the project's own corpus that is read where no gold set is given."""
DIMENSIONS = ("channel", "locale", "industry")


def audit_groups(folder: Path, files: Sequence[Path] = ()) -> dict[str, Any]:
    """Hold the text signal against readers, group by group; a failing audit blocks the release of its figures.

    Args:
        folder: The workspace.
        files: Gold sets in the codebook's format, such as the workspace's own export; none means the project's corpus.
    """
    signal = load("text")
    gold = [one for told in read(list(files) or [corpus() / PART]).values() for one in told]
    if not gold:
        raise BadInput("gold set", "no conversation", "labelled conversations", "")
    found = by_group(gold, machine(gold, signal), _groups)
    failing = tuple(f"{g.dimension} {g.value}: {', '.join(g.failing)}" for g in found if g.failing)
    with working_in(folder) as workspace:
        scorers.record(workspace, signal.version, failing)
        mix = _mix(workspace, gold)
    lines = [f"{signal.version} on {len(gold)} conversations: {len(failing)} failing groups."]
    lines += [f"  fails: {one}" for one in failing]
    lines += ["Figures are not released until heard audit accept says who answers for it."] if failing else []
    if not files:
        lines.append("The project's own corpus was read, which the model knows in part: give your own gold set.")
    rows = [group.to_dict() for group in found]
    return {
        "ok": not failing,
        "version": signal.version,
        "groups": rows,
        "mix": mix,
        "failing": failing,
        "lines": lines,
    }


def _groups(one: LabelledConversation) -> dict[str, str]:
    told = {name: getattr(one, name) for name in DIMENSIONS}
    return {name: str(value) for name, value in told.items() if value}


def _mix(workspace: gate.Workspace, gold: Sequence[LabelledConversation]) -> list[dict[str, str]]:
    """Channels of the gold set beside those of the business: a set of another mix speaks for another business."""
    with gate.view(workspace, "service_quality") as view:
        asked = "SELECT coalesce(channel, 'unknown') AS name, count(*) AS n FROM interaction GROUP BY name"
        own = {row["name"]: row["n"] for row in view.sql(asked).to_pylist()}
    k, total = workspace.policy.k, sum(own.values())
    read_set = Counter(one.channel or "unknown" for one in gold)
    rows = []
    for name in sorted({*read_set, *(c for c, n in own.items() if n >= k)}):
        mine = own.get(name, 0)
        share = "few" if mine < k else f"{100 * mine / total:.0f} %"
        rows.append({"channel": name, "gold set": f"{100 * read_set[name] / len(gold):.0f} %", "business": share})
    return rows


def accept_scorer(folder: Path, *, by: str, reason: str) -> dict[str, Any]:
    """Record who answers for releasing the text signal although its audit failed."""
    with working_in(folder) as workspace:
        made = scorers.accept(workspace, load("text").version, by=by, reason=reason)
    return {"ok": True, "version": made.version, "lines": [f"{made.accepted_by} answers for {made.version}."]}
