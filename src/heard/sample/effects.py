"""What is planted in the sample company, so that a test can ask whether it is found again."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """The truth behind the sample company; shares are probabilities, hazards are per week.

    All states are those that the labellers of the corpus gave. What the machine finds is less sharp by its own errors.
    """

    ends_on: date = date(2026, 11, 22)
    weeks: int = 52
    interactions_per_week: float = 62.0
    december_factor: float = 1.25

    no_moment_share: float = 0.56
    heard_share: float = 0.36
    generic_share: float = 0.15
    late_share: float = 0.12

    trained_team: str = "Quay"
    trained_on: date = date(2026, 6, 1)
    heard_share_after_training: float = 0.50

    delivery_slots_since: date = date(2026, 10, 12)
    delay_weight_before: float = 1.0
    delay_weight_after: float = 3.5

    repeat_after_missed: float = 0.22
    repeat_after_heard: float = 0.09
    repeat_otherwise: float = 0.12

    invited_share: float = 0.60
    answers_after_heard: float = 0.27
    answers_after_missed: float = 0.16
    answers_otherwise: float = 0.20
    felt_understood_after_heard: float = 0.80
    felt_understood_after_missed: float = 0.40
    felt_understood_otherwise: float = 0.68

    churn_hazard: float = 0.004
    churn_hazard_ratio_missed: float = 1.9
    churn_hazard_ratio_heard: float = 0.75
    exposure_weeks: int = 8
    order_rate: float = 0.09


PLANTED = Planted()
