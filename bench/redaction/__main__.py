"""`python -m bench.redaction`: recall, precision and speed on lines written for it, beside other programs.

--card writes the figures of Heard's redaction beside it; --open prints what it missed on the open half.
"""

import json
import sys
from pathlib import Path

import heard.gate.redact
from bench.redaction.engines import others
from bench.redaction.measure import FORMAL, KINDS, Result, Share, halves, heard_engine, measured, read
from heard.gate.redact import REDACTION_VERSION

LINES = Path(__file__).parent / "lines.txt"


def main() -> None:
    """Print a table an engine and half."""
    lines = read(LINES)
    shown, held = halves(lines)
    engines = {f"Heard, {REDACTION_VERSION}": heard_engine(), **others()}
    print(
        f"{len(lines)} lines, {sum(len(one.secrets) for one in lines)} secrets; {len(shown)} open, {len(held)} held out"
    )
    for name, engine in engines.items():
        engine("Warm up, Maria.")
        for half, part in (("open", shown), ("held out", held), ("all", lines)):
            result = measured(engine, part)
            _print(name, half, result)
            if half == "open" and "--open" in sys.argv and name.startswith("Heard"):
                print(
                    *("  missed " + one for one in result.missed), *("  wrong " + one for one in result.wrong), sep="\n"
                )
    if "--card" in sys.argv:
        _write(measured(heard_engine(), held), len(lines))


def _print(name: str, half: str, result: Result) -> None:
    kinds = ", ".join(f"{KINDS[kind]} {share}" for kind, share in result.recall.items())
    print(f"{name} | {half} | precision {result.precision} | {result.lines_per_second:,.0f} lines/s | recall: {kinds}")


def _write(result: Result, line_count: int) -> None:
    figures: dict[str, Share] = {
        "names": result.recall["n"],
        "formal": result.over(FORMAL),
        "addresses": result.over(("a", "z")),
        "precision": result.precision,
    }
    card = {
        "version": REDACTION_VERSION,
        "lines": line_count,
        "of": "the held-out half",
        "figures": {name: share.to_json() for name, share in figures.items()},
    }
    place = Path(heard.gate.redact.__file__).parent / "card.json"
    place.write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
