"""Whether the inputs can make a page at all: every fault is collected, none quotes a word."""

from itertools import pairwise

from heard.actions.monday.inputs import Figure, Inputs
from heard.errors import BadInput

_SLACK = 1e-9
MAX_WEEKS = 12


def check(inputs: Inputs) -> None:
    """Raise BadInput with all faults at once."""
    faults = [fault for figure in inputs.figures.shown() for fault in _figure_faults(figure)]
    faults += _count_faults(inputs) + _week_faults(inputs)
    if faults:
        raise BadInput(
            what="inputs of the Monday page",
            got="; ".join(faults),
            expected="released figures with a value or a reason",
            todo="Mend the part that made them.",
        )


def _figure_faults(figure: Figure) -> list[str]:
    faults = []
    if (figure.value is None) != (figure.undefined_because is not None):
        faults.append(f"{figure.name}: a value and a reason for none, or neither")
    numbers = [figure.value, figure.ci_lower, figure.ci_upper]
    if any(number is not None and number != number for number in numbers):
        faults.append(f"{figure.name}: NaN")
    if (figure.ci_lower is None) != (figure.ci_upper is None):
        faults.append(f"{figure.name}: half an interval")
    value, lower, upper = numbers
    if value is not None and lower is not None and upper is not None and not lower - _SLACK <= value <= upper + _SLACK:
        faults.append(f"{figure.name}: a value outside its interval")
    if figure.unit == "share" and value is not None and not 0 <= value <= 1:
        faults.append(f"{figure.name}: a share outside 0 to 1")
    if figure.unit == "score" and figure.scale is None:
        faults.append(f"{figure.name}: a score without its scale")
    if figure.scale is not None and not figure.scale[0] < figure.scale[1]:
        faults.append(f"{figure.name}: a scale without length")
    return faults


def _count_faults(inputs: Inputs) -> list[str]:
    counts = (
        inputs.conversation_count,
        inputs.answer_count,
        inputs.order_count,
        *(getattr(inputs.states, name) for name in ("heard", "generic", "late", "missed", "unanswered", "not_needed")),
        *(cause.count for cause in inputs.causes),
        *(wait.count for wait in inputs.waits),
        *(left.count for left in inputs.left_out),
        inputs.opted_out_count,
    )
    return ["a count below 0"] if any(count is not None and count < 0 for count in counts) else []


def _week_faults(inputs: Inputs) -> list[str]:
    faults = []
    if inputs.week_start is not None and inputs.week_start.weekday() != 0:
        faults.append("week_start is no Monday")
    starts = [week.week_start for week in inputs.weeks]
    if len(starts) > MAX_WEEKS:
        faults.append(f"{len(starts)} weeks, at most {MAX_WEEKS}")
    if any(later <= earlier for earlier, later in pairwise(starts)):
        faults.append("weeks out of order")
    return faults
