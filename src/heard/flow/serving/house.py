"""An open workspace that is being served: views and released cells are held until the manifest moves on."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from heard import gate
from heard.flow.serving.cells import Cells
from heard.gate.accounts import Person, Readable, narrowed, sessions

LOOK_AGAIN_SECONDS = 1.0
KEPT_NARROWED = 64
KEPT_RESULTS = 256
"""Kept results of one manifest; a filter that anybody may type must not fill the memory."""
PATIENCE_SECONDS = 0.15
"""How long a page waits for a result before it says that it is being worked out."""

Known = TypeVar("Known")


@dataclass
class _Open:
    """One view that several requests read at once; closed by the last of them once it is out of date."""

    view: gate.View
    stack: ExitStack
    readers: int = 0
    is_stale: bool = False
    narrowed: dict[str, Readable] = field(default_factory=dict)


class House:
    """A workspace that is open for serving.

    An open view holds a lease on its manifest, for which an erasure waits. A watcher gives the lease back within a
    second after anything was written, so that nobody waits for the app.
    """

    def __init__(self, folder: Path, *, now: Callable[[], datetime] | None = None) -> None:
        self.workspace = gate.open(folder, now=now)
        self.secret = sessions.secret(self.workspace)
        self._lock = threading.Lock()
        self._views: dict[str, _Open] = {}
        self._cells: Cells | None = None
        self._known: dict[str, Any] = {}
        self._worker: ThreadPoolExecutor | None = None
        self._ended = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="heard-manifest", daemon=True)
        self._watcher.start()

    @contextmanager
    def view(self, person: Person, purpose: str = "service_quality") -> Iterator[Readable]:
        """What a person may read for a purpose; their row rules hold for every query."""
        held = self._take(purpose)
        try:
            yield self._narrowed(held, person)
        finally:
            self._give_back(held)

    @contextmanager
    def whole(self, purpose: str = "service_quality") -> Iterator[gate.View]:
        """The view without row rules, for what shows no person and no words: counts that are hidden when small."""
        held = self._take(purpose)
        try:
            yield held.view
        finally:
            self._give_back(held)

    def cells(self) -> Cells:
        """The released cells, read anew when the manifest moved; empty before the first release."""
        manifest = self.workspace.manifest
        with self._lock:
            if self._cells is not None and self._cells.read_at == manifest:
                return self._cells
        frame = gate.released(self.workspace)
        made = Cells.of(frame, read_at=manifest)
        with self._lock:
            self._cells = made
        return made

    def remembered(self, key: str, make: Callable[[gate.View], Known]) -> Known:
        """What a function makes of the whole view, kept until the manifest moves on."""
        with self.whole() as view:
            with self._lock:
                if self._known.get("manifest") != view.manifest:
                    self._known = {"manifest": view.manifest}
                if key in self._known:
                    known: Known = self._known[key]
                    return known
            made = make(view)
            with self._lock:
                if self._known.get("manifest") == view.manifest:
                    self._keep(key, made)
            return made

    def worked_out(
        self, key: str, make: Callable[[gate.View], Known], *, patience_seconds: float = PATIENCE_SECONDS
    ) -> Known | None:
        """The same for what may take long: made in a thread, one after the other; None while it is not done.

        Raises:
            HeardError: What `make` raised, each time that it is asked for.
        """
        with self._lock:
            manifest = self.workspace.manifest
            if self._known.get("manifest") != manifest:
                self._known = {"manifest": manifest}
            work: Future[Known] | None = self._known.get(f"work {key}")
            if work is None:
                work = self._at_work().submit(self._make, make)
                self._keep(f"work {key}", work)
        try:
            return work.result(timeout=patience_seconds)
        except NotYet:
            return None

    def _at_work(self) -> ThreadPoolExecutor:
        if self._worker is None:
            self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="heard-work")
        return self._worker

    def _make(self, make: Callable[[gate.View], Known]) -> Known:
        with self.whole() as view:
            return make(view)

    def _keep(self, key: str, made: Any) -> None:
        if len(self._known) > KEPT_RESULTS:
            self._known = {"manifest": self._known["manifest"]}
        self._known[key] = made

    def close(self) -> None:
        """Give every lease and connection back."""
        self._ended.set()
        self._watcher.join(timeout=5)
        with self._lock:
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.shutdown(wait=True, cancel_futures=True)
        self._retire(None)
        self.workspace.close()

    def _take(self, purpose: str) -> _Open:
        gate.reading.check_purpose(self.workspace, purpose)
        manifest = self.workspace.manifest
        with self._lock:
            held = self._views.get(purpose)
            if held is None or held.view.manifest != manifest:
                if held is not None:
                    self._drop(purpose, held)
                stack = ExitStack()
                held = _Open(stack.enter_context(gate.view(self.workspace, purpose)), stack)
                self._views[purpose] = held
            held.readers += 1
            return held

    def _give_back(self, held: _Open) -> None:
        with self._lock:
            held.readers -= 1
            if held.is_stale and not held.readers:
                held.stack.close()

    def _narrowed(self, held: _Open, person: Person) -> Readable:
        key = f"{person.role}|{person.agent_id}|{person.team_id}"
        with self._lock:
            if key in held.narrowed:
                return held.narrowed[key]
        made = narrowed(held.view, person)
        with self._lock:
            if len(held.narrowed) >= KEPT_NARROWED:
                held.narrowed.clear()
            held.narrowed[key] = made
        return made

    def _drop(self, purpose: str, held: _Open) -> None:
        self._views.pop(purpose, None)
        held.is_stale = True
        if not held.readers:
            held.stack.close()

    def _retire(self, manifest: int | None) -> None:
        with self._lock:
            for purpose, held in list(self._views.items()):
                if manifest is None or held.view.manifest != manifest:
                    self._drop(purpose, held)

    def _watch(self) -> None:
        while not self._ended.wait(LOOK_AGAIN_SECONDS):
            with self._lock:
                is_open = bool(self._views)
            if is_open:
                self._retire(self.workspace.manifest)
