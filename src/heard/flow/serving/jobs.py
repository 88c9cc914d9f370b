"""Long work of the app: one at a time, seen while it runs, and it can be left."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from heard.errors import Busy, HeardError
from heard.flow.steps import OnProgress

KEPT = 20


@dataclass
class Job:
    """One piece of long work.

    Attributes:
        state: running, done or failed.
        step: What it is doing.
        error: Why it failed, in words without anybody's.
    """

    job_id: str
    name: str
    person_id: str
    state: str = "running"
    step: str = "starting"
    done: int = 0
    total: int | None = None
    error: str = ""
    result: Any = None


@dataclass
class Jobs:
    """The jobs of one served workspace; a second one is refused while one runs, since there is one write lock."""

    held: dict[str, Job] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, name: str, person_id: str, work: Callable[[OnProgress], Any]) -> Job:
        """Begin; returns at once.

        Raises:
            Busy: Another job runs.
        """
        with self._lock:
            if any(one.state == "running" for one in self.held.values()):
                raise Busy("app", "another import or run", "none", "Wait until it is done; it is shown under Data.")
            job = Job(f"j-{secrets.token_hex(6)}", name, person_id)
            self.held[job.job_id] = job
            for old in list(self.held)[:-KEPT]:
                del self.held[old]
        threading.Thread(target=self._run, args=(job, work), name=f"heard-{name}", daemon=True).start()
        return job

    def _run(self, job: Job, work: Callable[[OnProgress], Any]) -> None:
        def told(step: str, done: int, total: int | None) -> None:
            job.step, job.done, job.total = step, done, total

        try:
            job.result = work(told)
            job.state = "done"
        except HeardError as error:
            job.state, job.error = "failed", str(error)
        except Exception as error:  # the message of a library's error may hold a customer's words
            job.state, job.error = "failed", f"Our fault: {type(error).__name__}. The workspace is as it was before."
