"""The sample-ratio check: were as many seen in each arm as were sent there?

Source:
    Fabijan et al. (2019), KDD: Diagnosing sample ratio mismatch; Kohavi, Tang & Xu (2020), ch. 3 and 21 (821,588
    against 815,482 gives 1.8e-6).
"""

from scipy import stats

from heard.errors import BadInput
from heard.inference.evidence import Check

ALARM = 0.001
"""Below this the split is not chance; the usual threshold, because the check runs on every experiment."""
LEAST = 10


def sample_ratio(control: int, treated: int, *, treated_share: float = 0.5) -> float:
    """P-value of the split against the planned share, by chi-square; exact binomial below 1,000 in all.

    Raises:
        BadInput: A negative count, or a share outside 0 to 1.

    Example:
        >>> f"{sample_ratio(821_588, 815_482):.1e}"
        '1.8e-06'
    """
    total = control + treated
    if min(control, treated) < 0 or not 0 < treated_share < 1:
        raise BadInput("sample ratio", got=f"{control}, {treated}, {treated_share}", expected="counts and a share")
    if total == 0:
        return float("nan")
    if total < 1000:
        return float(stats.binomtest(treated, total, treated_share).pvalue)
    expected = [total * (1 - treated_share), total * treated_share]
    return float(stats.chisquare([control, treated], expected).pvalue)


def ratio_check(control: int, treated: int, *, treated_share: float = 0.5, what: str = "units") -> Check:
    """The verdict. A mismatch costs all grades: whatever pushed some out may be what differs between the arms."""
    p = sample_ratio(control, treated, treated_share=treated_share)
    planned = f"planned {1 - treated_share:.0%}/{treated_share:.0%}"
    split = f"{control:,} {what} in control and {treated:,} in treatment, {planned}"
    if control + treated < LEAST:
        return Check(name="sample ratio", passed="cannot say", said=f"{split}: too few to judge.", pvalue=p)
    if p < ALARM:
        return Check(
            name="sample ratio", passed="no", pvalue=p, costs=3, is_needed=True,
            said=f"{split}: chance does that once in {1 / max(p, 1e-12):,.0f} times. Something took {what} away; "
            "read no effect from this experiment before you know what.",
        )  # fmt: skip
    return Check(name="sample ratio", passed="yes", pvalue=p, said=f"{split}: as chance would have it.", is_needed=True)
