"""AI Act: which rule meets what is configured, and what follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass

from heard.gate.laws import Law


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of the screen; `day` is the first day of the rule, empty when none matters."""

    question: str
    law: str
    day: str
    answer: str
    follows: str


def screened(is_open: Mapping[str, bool], laws: Mapping[str, Law]) -> tuple[Answer, ...]:
    """The screen for a set of open features.

    Args:
        is_open: Feature → whether it is open.
        laws: As `gate.laws.laws()` gives them.
    """

    def row(question: str, key: str, answer: str, follows: str) -> Answer:
        return Answer(question, laws[key].name, laws[key].day, answer, follows)

    biometric = [name for name in ("voice", "face", "body") if is_open[name]]
    return (
        row(
            "Are emotions of staff inferred?", "ai_act_prohibited", "no, and the gate refuses it",
            "Nothing to decide. Renaming a feeling an attitude would not help (guidelines, para. 248).",
        ),
        row(
            "Are emotions of customers inferred from voice, face or body?", "ai_act_biometric_emotion",
            f"yes: {', '.join(biometric)}" if biometric else "no, from written text only",
            "High-risk duties: risk management, logs, oversight, registration; notice and a way out now."
            if biometric else "Not biometric by the Commission's guidelines (para. 251); a court may read it wider.",
        ),
        row(
            "Are single members of staff monitored or evaluated?", "ai_act_workers",
            "yes: person view is open" if is_open["person_view"] else "no, groups only",
            "High-risk duties; tell the staff first (Art. 26(7)); no way out by Art. 6(3), since persons are profiled."
            if is_open["person_view"] else "Stays out while person view is closed. Keep it so, or decide and record.",
        ),
        row(
            "Does it talk to customers, or write for them?", "ai_act_transparency",
            "it drafts, a person sends" if is_open["language_model"] else "no",
            "Mark what was drafted." if is_open["language_model"] else "A bot of yours still says that it is one.",
        ),
        row(
            "Do the people who use it understand it?", "ai_act_literacy", "✎",
            "Read the model card (heard model card) and the agreement card together; note who did and when.",
        ),
    )  # fmt: skip
