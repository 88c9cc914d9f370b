"""Live assist under load, over loopback: time from a turn to its answer, memory of a session, a soak without growth.

    python -m bench.assist [--sessions 200] [--seconds 20] [--soak 0] [--engine fast]

The server runs in a process of its own, as `heard assist serve` does, on a workspace made of one part of the corpus.
The clients speak WebSocket, one connection a session, each with a turn of a conversation of the corpus every two
seconds; one connection in forty never reads. Prints the bare scorer's time for the same turns beside it, and the
server's own CPU time a turn, which a busy machine does not stretch as it stretches the clock.
"""

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
import websockets

from heard import flow
from heard.sample import corpus
from heard.signals.text import load

EVERY_S = 2.0
PORT = 8798
PURPOSE = """
[purposes.assist]
legal_basis = "legitimate interests, Art. 6(1)(f) GDPR"
notice = "Good replies are shown again to colleagues."
objection = "heard object --purpose assist"
retention_days = 90
proportionality = "Redacted, own replies only."
owner = "the lead"
"""


def conversations() -> list[dict]:
    """Parts a to d: chats, mails and hand-overs."""
    files = sorted(corpus.folder().glob("[a-d].jsonl"))
    return [orjson.loads(line) for file in files for line in file.read_bytes().splitlines() if line.strip()]


def workspace(folder: Path) -> tuple[Path, str]:
    """A shop with own replies, and a token."""
    made = folder / "ws"
    flow.init(made, name="Bench", timezone="UTC", key_path=folder / "ws.key", keep_history=True).close()
    (made / "heard.toml").write_text((made / "heard.toml").read_text() + PURPOSE)
    flow.import_path(made, corpus.folder() / "d.jsonl", source="codebook")
    flow.score(made)
    flow.assist_init(made)
    return made, str(flow.assist_token(made, "bench")["token"])


def bare_ms(engine: str, count: int = 400) -> dict[str, float]:
    """The scorer alone, a batch of one at a time, without ledger, session or socket."""
    signal = load(engine)
    turns = [turn for one in conversations()[:60] for turn in one["turns"]][:count]
    times = []
    for turn in turns:
        row = pa.table({"speaker_role": [turn["who"]], "text": [turn["text"]], "context": [""]})
        begun = time.perf_counter()
        signal.score(row)
        times.append(1000 * (time.perf_counter() - begun))
    return quantiles(times)


def quantiles(times: list[float]) -> dict[str, float]:
    """Milliseconds."""
    found = np.quantile(times, (0.5, 0.99))
    return {"p50_ms": round(float(found[0]), 2), "p99_ms": round(float(found[1]), 2)}


def resident_kib(pid: int) -> int:
    """Resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def cpu_s(pid: int) -> float:
    """Processor time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def talk(number: int, token: str, until: float, times: list[float], *, reads: bool) -> None:
    """One agent's conversation after another until the time is over."""
    rng = random.Random(number)
    pool = conversations()
    url = f"ws://127.0.0.1:{PORT}/v1/live"
    async with websockets.connect(url, compression=None, open_timeout=60, max_queue=1 if not reads else 16) as socket:
        await socket.send(json.dumps({"type": "hello", "token": token}))
        await socket.recv()
        await asyncio.sleep(rng.random() * EVERY_S)
        place = 0
        while time.monotonic() < until:
            place += 1
            name = f"b{number}-{place}"
            chosen = rng.choice(pool)
            await socket.send(json.dumps({"type": "open", "session": name}))
            if reads:
                await socket.recv()
            for turn in chosen["turns"]:
                if time.monotonic() > until:
                    return
                frame = {
                    "type": "turn",
                    "session": name,
                    "turn_id": str(turn["n"]),
                    "role": turn["who"],
                    "text": turn["text"],
                }
                begun = time.perf_counter()
                await socket.send(json.dumps(frame))
                if reads:
                    await socket.recv()
                    times.append(1000 * (time.perf_counter() - begun))
                await asyncio.sleep(EVERY_S)
            await socket.send(json.dumps({"type": "close", "session": name}))
            if reads:
                await socket.recv()


async def load_of(sessions: int, seconds: float, token: str, pid: int) -> dict:
    """All sessions at once; resident memory at every tenth of the time."""
    times: list[float] = []
    before = cpu_s(pid)
    until = time.monotonic() + seconds
    tasks = [
        asyncio.create_task(talk(n, token, until, times, reads=bool(n % 40) or sessions < 40)) for n in range(sessions)
    ]
    memory = []
    for _ in range(10):
        await asyncio.sleep(seconds / 10)
        memory.append(resident_kib(pid))
    done = await asyncio.gather(*tasks, return_exceptions=True)
    faults = [type(one).__name__ for one in done if isinstance(one, Exception)]
    return {
        "sessions": sessions, "seconds": seconds, "turns": len(times), **quantiles(times),
        "server_cpu_ms_a_turn": round(1000 * (cpu_s(pid) - before) / max(len(times), 1), 2),
        "resident_mib": [round(one / 1024, 1) for one in memory], "faults": dict(Counter(faults)),
    }  # fmt: skip


def session_kib() -> float:
    """Resident memory a session, over two thousand open sessions of eight turns in one process."""
    code = (
        "import sys; sys.path.insert(0, '.')\n"
        "from bench.assist import resident_kib, conversations; import os\n"
        "from heard.actions.assist.scoring import Scorer\n"
        "from heard.actions.assist.session import Session\n"
        "from heard.actions.assist.turns import Said\n"
        "from heard.signals.text import load\n"
        "scorer = Scorer(load('fast')); held = []; pool = conversations()\n"
        "def fill(count):\n"
        "    for n in range(count):\n"
        "        one = Session(scorer)\n"
        "        for t in pool[n % len(pool)]['turns'][:8]:\n"
        "            one.take(Said(turn_id=str(t['n']), role=t['who'], text=t['text'] + f' {len(held)}'))\n"
        "        one.reading(); held.append(one)\n"
        "fill(300); before = resident_kib(os.getpid()); fill(1000)\n"
        "print((resident_kib(os.getpid()) - before) / 1000)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return round(float(done.stdout), 1)


def measured(*, engine: str = "accurate", sessions: int = 200, seconds: float = 20, soak: float = 0) -> dict:
    """Everything, as one document."""
    with tempfile.TemporaryDirectory(prefix="heard-bench-") as name:
        folder, token = workspace(Path(name))
        heard = Path(sys.executable).with_name("heard")
        server = subprocess.Popen(
            [heard, "assist", "serve", folder, "--port", str(PORT), "--engine", engine], stdout=subprocess.DEVNULL
        )
        try:
            _wait()
            asyncio.run(load_of(20, 4, token, server.pid))  # warm
            found = {"live": asyncio.run(load_of(sessions, seconds, token, server.pid))}
            if soak:
                found["soak"] = asyncio.run(load_of(sessions, soak, token, server.pid))
        finally:
            server.terminate()
            server.wait(20)
    return found | {"engine": engine, "bare_scorer": bare_ms(engine), "session_kib": session_kib()}


def _wait() -> None:
    import urllib.request

    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server did not start")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.assist")
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--soak", type=float, default=0, help="seconds of a second, longer run")
    parser.add_argument("--engine", default="accurate", choices=("accurate", "fast"))
    asked = parser.parse_args()
    print(json.dumps(measured(**vars(asked)), indent=2))


if __name__ == "__main__":
    main()
