"""Server time of the app's pages with twenty users at once, on a workspace of any size, over loopback.

    python -m bench.web WORKSPACE

Signs in with an account made for the run, warms every page once, then twenty threads ask for pages in turn.
"""

import json
import resource
import secrets
import sys
import threading
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import uvicorn

from heard.flow.serving.house import House
from heard.gate.accounts import invitations
from heard.web.app.make import make

USERS, SECONDS, PORT = 20, 15.0, 8799
PAGES = ("/", "/moments", "/heard", "/heard?team=Quay", "/journey", "/plan", "/coaching", "/measures/heard_rate")


def serve(folder: Path) -> tuple[uvicorn.Server, str, House]:
    """The app on a port, and the cookie of an owner."""
    house = House(folder)
    login, password = f"bench-{secrets.token_hex(4)}", secrets.token_hex(12)
    token = invitations.invite(house.workspace, role="owner", made_by="bench")
    invitations.join(house.workspace, token, login=login, password=password)
    app = make(house, sign_ins_a_minute=1000, requests_a_minute=10**6)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=PORT, log_level="error"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    ask = HTTPConnection("127.0.0.1", PORT)
    body = urlencode({"login": login, "password": password})
    ask.request("POST", "/sign-in", body, {"Content-Type": "application/x-www-form-urlencoded"})
    cookie = ask.getresponse().getheader("set-cookie", "").split(";")[0]
    return server, cookie, house


def measured(cookie: str) -> dict[str, list[float]]:
    """Milliseconds of every answer, by page; each user waits a second between pages, as a reader would."""
    found: dict[str, list[float]] = {page: [] for page in PAGES}
    until = time.monotonic() + SECONDS

    def user(number: int) -> None:
        connection = HTTPConnection("127.0.0.1", PORT)
        place = number
        while time.monotonic() < until:
            page = PAGES[place % len(PAGES)]
            begun = time.perf_counter()
            connection.request("GET", page, headers={"Cookie": cookie})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, (page, answer.status)
            found[page].append(1000 * (time.perf_counter() - begun))
            place += 1
            time.sleep(1.0)

    threads = [threading.Thread(target=user, args=(number,)) for number in range(USERS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return found


def main() -> None:
    """Print one JSON document."""
    server, cookie, _ = serve(Path(sys.argv[1]))
    connection = HTTPConnection("127.0.0.1", PORT)
    cold, sizes = {}, {}
    for page in PAGES:
        begun = time.perf_counter()
        connection.request("GET", page, headers={"Cookie": cookie})
        sizes[page] = len(connection.getresponse().read())
        cold[page] = round(1000 * (time.perf_counter() - begun))
    found = measured(cookie)
    server.should_exit = True
    every = np.concatenate([np.array(times) for times in found.values()])
    print(
        json.dumps(
            {
                "users": USERS,
                "requests": len(every),
                "p50_ms": round(float(np.quantile(every, 0.5))),
                "p95_ms": round(float(np.quantile(every, 0.95))),
                "pages": {
                    page: {
                        "first_ms": cold[page],
                        "p95_ms": round(float(np.quantile(times, 0.95))),
                        "kilobytes": round(sizes[page] / 1000),
                    }
                    for page, times in found.items()
                },
                "peak_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
