"""`python -m training.labels`: turns that carry each label, by data set, and how the second pass agrees with the first.

Cohen's kappa (1960) over the turns of the second pass whose speaker may carry the label; nan where neither pass does.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from heard.terms.labels import GROUP_OF_ROLE, LABELS

HERE = Path(__file__).parent
SETS = ("star_rasa", "multidogo_customer_turns", "nhs_fft_feedback", "abcd_sample")
Rows = dict[tuple[str, str], dict[str, Any]]


def main() -> None:
    first, second = read(HERE), read(HERE / "second_pass")
    print("| label | " + " | ".join(SETS) + " | n | first | second | both | kappa |")
    print("|---|" + "---:|" * (len(SETS) + 5))
    for name, role in names():
        counts = [sum(name in said(row) for (where, _), row in first.items() if where == s) for s in SETS]
        pairs = [(name in said(first[key]), name in said(row)) for key, row in second.items() if is_of(row, role)]
        if any(counts):
            a, b, both = sum(x for x, _ in pairs), sum(y for _, y in pairs), sum(x and y for x, y in pairs)
            print(
                f"| {name} | {' | '.join(map(str, counts))} | {len(pairs)} | {a} | {b} | {both} | {kappa(pairs):.2f} |"
            )
    same = sum(said(first[key]) == said(row) for key, row in second.items())
    print(f"\n{len(first)} turns read; second pass {len(second)}, of which {same} carry the same labels.")


def read(folder: Path) -> Rows:
    """Rows by data set and id."""
    return {(s, r["id"]): r for s in SETS for r in map(json.loads, (folder / f"{s}.jsonl").read_text().splitlines())}


def names() -> Iterator[tuple[str, str]]:
    """Labels with the role that carries them, then whether a moment opens and whether it is a hardship."""
    yield from (
        (name, "customer" if label.group in GROUP_OF_ROLE["customer"] else "agent") for name, label in LABELS.items()
    )
    yield from (("opens", "customer"), ("hardship", "customer"))


def said(row: dict[str, Any]) -> set[str]:
    """What a row says, whatever the words that show it."""
    return {name for name, _, _ in row.get("labels", ())} | row.keys() & {"opens", "hardship"}


def is_of(row: dict[str, Any], role: str) -> bool:
    return bool((row["role"] == "customer") == (role == "customer"))


def kappa(pairs: list[tuple[bool, bool]]) -> float:
    """Agreement of two passes beyond chance.

    Example:
        >>> kappa([(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15)
        0.4
    """
    n = len(pairs)
    a, b = sum(x for x, _ in pairs) / n, sum(y for _, y in pairs) / n
    chance = a * b + (1 - a) * (1 - b)
    seen = sum(x == y for x, y in pairs) / n
    return round((seen - chance) / (1 - chance), 10) if chance < 1 else float("nan")


if __name__ == "__main__":
    main()
