"""How fast turns are scored, and how well, beside what one would pick instead; writes docs/scoring-speed.md.

Every engine runs in a process of its own on the same turns: STAR's where HEARD_DATA names the folder of data sets, else
the corpus'. They are held against one question that all can answer: does this customer's turn carry a negative emotion?
A package that is not installed is left out, and the page says so.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import altair as alt
import numpy as np
import pyarrow as pa
import vl_convert

from heard.sample.corpus import folder

ROOT = Path(__file__).parents[1]
PAGE, PLOT = ROOT / "docs" / "scoring-speed.md", ROOT / "docs" / "scoring-speed.svg"
MODEL = ROOT / "src/heard/signals/text/model"
BULK, ALONE = 10_000, 300
ENGINES = ("accurate", "fast", "vaderSentiment", "textblob", "MiniLM encoder alone, int8", "MiniLM encoder alone, fp32")
Turn = tuple[str, str]
Scorer = Callable[[list[Turn]], list[bool | None]]
"""Turns as (role, words) → whether each carries a negative emotion; None where the engine does not say."""


def main() -> None:
    """Measure every engine, print and write the page."""
    parser = argparse.ArgumentParser(prog="python -m bench.scoring")
    parser.add_argument("--one", choices=ENGINES, help="measure one engine in this process and print JSON")
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(_measure(asked.one)))
        return
    rows, missing = [], []
    for name in ENGINES:
        command = [sys.executable, "-m", "bench.scoring", "--one", name]
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if ran.returncode:
            missing.append(f"{name}: {ran.stderr.strip().splitlines()[-1]}")
            continue
        rows.append({"engine": name, **json.loads(ran.stdout.splitlines()[-1])})
        print(rows[-1], flush=True)
    PAGE.write_text(_page(rows, missing), "utf-8")
    PLOT.write_text(_plot(rows), "utf-8")


def _measure(name: str) -> dict[str, float | None]:
    before, begun = _resident(), time.perf_counter()
    score = _load(name)
    loaded = time.perf_counter() - begun
    turns = _turns()
    score(turns[:50])
    alone = []
    for turn in turns[:: max(1, len(turns) // ALONE)]:
        begun = time.perf_counter()
        score([turn])
        alone.append(1000 * (time.perf_counter() - begun))
    begun = time.perf_counter()
    score(turns)
    bulk = len(turns) / (time.perf_counter() - begun)
    p50, p99 = np.quantile(alone, [0.5, 0.99])
    return {
        "turns_per_second": bulk, "p50_ms": float(p50), "p99_ms": float(p99), "load_s": loaded,
        "resident_mib": _resident() - before, "disk_mb": _disk(name), "f1": _f1(score),
    }  # fmt: skip


def _load(name: str) -> Scorer:
    if name in ("accurate", "fast"):
        from heard.signals.text import load
        from heard.terms.labels import NEGATIVE_EMOTIONS

        signal = load(name)  # type: ignore[arg-type]

        def heard(turns: list[Turn]) -> list[bool | None]:
            table = pa.table({"speaker_role": [role for role, _ in turns], "text": [text for _, text in turns]})
            return [any(f["label"] in NEGATIVE_EMOTIONS for f in found) for found in signal.score(table).to_pylist()]

        return heard
    if name == "vaderSentiment":
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

        vader = SentimentIntensityAnalyzer()
        return lambda turns: [vader.polarity_scores(text)["compound"] <= -0.05 for _, text in turns]
    if name == "textblob":
        from textblob import TextBlob

        return lambda turns: [TextBlob(text).sentiment.polarity < 0 for _, text in turns]
    return _encoder(name)


def _encoder(name: str) -> Scorer:
    import onnxruntime

    from heard.signals.text.wordpiece import WordPiece

    words = WordPiece.of((MODEL / "vocabulary.txt").read_text("utf-8").split("\n"))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    path = _encoder_file(name)
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def run(turns: list[Turn]) -> list[bool | None]:
        for _, text in turns:
            session.run(None, {"pieces": np.array([words.encode(text, 128)], np.int64)})
        return [None] * len(turns)

    return run


def _encoder_file(name: str) -> Path:
    if name.endswith("int8"):
        return MODEL / "accurate.onnx"
    path = Path(os.environ.get("HEARD_ENCODER_FP32", "fp32.onnx"))
    if not path.exists():
        raise SystemExit("no fp32 encoder: name the file that training kept in HEARD_ENCODER_FP32")
    return path


def _turns() -> list[Turn]:
    data = os.environ.get("HEARD_DATA")
    if data and (Path(data) / "star_rasa").is_dir():
        return _star(Path(data) / "star_rasa")
    found = [(t["who"], t["text"]) for c in _corpus() for t in c["turns"]]
    return (found * (BULK // len(found) + 1))[:BULK]


def _star(path: Path) -> list[Turn]:
    from heard.sources.base import find
    from heard.terms.batch import Window

    found: list[Turn] = []
    for batch in find("star").read(path, Window(), {}):
        if batch.table == "turn":
            pairs = zip(batch.rows["speaker_role"].to_pylist(), batch.rows["text"].to_pylist(), strict=True)
            found += [(role, text) for role, text in pairs if text]
        if len(found) >= BULK:
            break
    return found[:BULK]


def _corpus() -> list[dict]:
    lines = (line for path in sorted(folder().glob("[a-z].jsonl")) for line in path.read_text("utf-8").splitlines())
    return [json.loads(line) for line in lines]


def _f1(score: Scorer) -> float | None:
    """F1 of any negative emotion on customers' turns of the held-out conversations; None where the engine says none."""
    from heard.terms.labels import NEGATIVE_EMOTIONS

    held = frozenset((ROOT / "training" / "heldout.txt").read_text().split())
    turns = [t for c in _corpus() if c["id"] in held for t in c["turns"] if t["who"] == "customer"]
    said = score([("customer", t["text"]) for t in turns])
    if said[0] is None:
        return None
    truth = [bool(NEGATIVE_EMOTIONS & (t.get("emotions") or {}).keys()) for t in turns]
    hit = sum(a and bool(b) for a, b in zip(truth, said, strict=True))
    return 2 * hit / (sum(truth) + sum(map(bool, said)))


def _disk(name: str) -> float | None:
    if name in ("accurate", "fast"):
        files = [p for p in MODEL.iterdir() if p.suffix != ".json" and (name == "accurate" or p.stem == "fast")]
        return sum(p.stat().st_size for p in files) / 1e6
    return _encoder_file(name).stat().st_size / 1e6 if "MiniLM" in name else None


def _resident() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


def _page(rows: list[dict], missing: list[str]) -> str:
    version = platform.python_version()
    where = "STAR" if os.environ.get("HEARD_DATA") else "corpus"
    lines = [
        "# Scoring: speed beside accuracy",
        "",
        f"Made by `make bench` on {os.cpu_count()} cores, Python {version}: {BULK:,} turns ({where}),",
        "one run each in a process of its own. F1: any negative emotion in customers' turns of the held-out",
        "conversations, at each package's customary threshold. The encoder alone says nothing: its row is the price of",
        "running it on every turn. The accurate engine remembers sentences that it has seen.",
        "",
        "| engine | turns/s | one turn, p50 ms | p99 ms | load s | resident MiB | on disk MB | F1 |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for r in rows:
        disk = "–" if r["disk_mb"] is None else f"{r['disk_mb']:.1f}"
        f1 = "–" if r["f1"] is None else f"{r['f1']:.2f}"
        lines.append(
            f"| {r['engine']} | {r['turns_per_second']:,.0f} | {r['p50_ms']:.2f} | {r['p99_ms']:.2f} "
            f"| {r['load_s']:.2f} | {r['resident_mib']:,.0f} | {disk} | {f1} |"
        )
    lines += ["", "![Turns a second beside F1](scoring-speed.svg)", ""]
    lines += ["Not measured:", "", *(f"- {line}" for line in missing), ""] if missing else []
    return "\n".join(lines)


def _plot(rows: list[dict]) -> str:
    data = [
        {"engine": r["engine"], "turns/s": r["turns_per_second"], "F1": r["f1"]} for r in rows if r["f1"] is not None
    ]
    base = alt.Chart(alt.Data(values=data)).encode(
        x=alt.X("turns/s:Q", scale=alt.Scale(type="log")), y=alt.Y("F1:Q", scale=alt.Scale(domain=[0, 1]))
    )
    chart = base.mark_point(size=80, filled=True) + base.mark_text(dy=-12).encode(text="engine:N")
    return vl_convert.vegalite_to_svg(chart.properties(width=480, height=280).to_json())


if __name__ == "__main__":
    main()
