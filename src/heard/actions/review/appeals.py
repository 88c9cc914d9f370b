"""Appeals: whoever a label is about may say that it is wrong; a person decides, and the record follows."""

from typing import Literal

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from heard import gate
from heard.actions.review.marks import Id
from heard.gate.desk import Shelf
from heard.terms.arrow import pc


class Appeal(BaseModel):
    """One appeal.

    Attributes:
        decision: open until a person has looked; then kept, or changed to `state`.
        state: What the moment is now, where the label was changed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    moment_id: Id
    interaction_id: Id
    why: str = Field(min_length=3, max_length=600)
    decision: Literal["open", "kept", "changed"] = "open"
    state: Literal["met", "late", "missed", "unanswered", "none"] | None = None
    is_generic: bool = False
    answer: str = Field(default="", max_length=600)


APPEALS: Shelf[Appeal] = Shelf("appeal", Appeal)


def corrections(workspace: gate.Workspace) -> dict[str, Appeal]:
    """Moment → the decision that changed it; the newest stands."""
    return {one.body.moment_id: one.body for one in APPEALS.all(workspace) if one.body.decision == "changed"}


def corrected(moments: pa.Table, changed: dict[str, Appeal]) -> pa.Table:
    """Moments as people decided them; a moment that is none goes. The rest stays as it was."""
    if not changed or not moments.num_rows:
        return moments
    gone = [key for key, one in changed.items() if one.state == "none"]
    kept = moments.filter(pc.invert(pc.is_in(moments["moment_id"], value_set=pa.array(gone, pa.string()))))
    states = [
        changed[moment].state if moment in changed else state
        for moment, state in zip(kept["moment_id"].to_pylist(), kept["state"].to_pylist(), strict=True)
    ]
    generic = [
        (changed[moment].is_generic if changed[moment].state in ("met", "late") else None)
        if moment in changed
        else told
        for moment, told in zip(kept["moment_id"].to_pylist(), kept["is_generic"].to_pylist(), strict=True)
    ]
    for name, values in (("state", states), ("is_generic", generic)):
        place = kept.schema.get_field_index(name)
        kept = kept.set_column(place, kept.schema.field(place), pa.array(values, kept.schema.field(place).type))
    return kept
