"""An export that comes in through the browser: kept apart until it is confirmed, then imported and run."""

import re
import secrets
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from heard.errors import BadInput
from heard.flow import importing, reporting
from heard.flow.serving.house import House
from heard.flow.steps import OnProgress

_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")
_ID = re.compile(r"u-[0-9a-f]{16}\Z")


class Uploads:
    """Files that were handed in and are not yet imported; gone when the app closes."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="heard-upload-"))

    def keep(self, name: str, content: BinaryIO) -> str:
        """Keep a file under a name of ours; of the browser's name only harmless characters stay."""
        upload_id = f"u-{secrets.token_hex(8)}"
        plain = _PLAIN.sub("-", name.replace("\\", "/").rpartition("/")[2]).strip(".-")[-80:] or "export"
        place = self.folder / upload_id
        place.mkdir(mode=0o700)
        with (place / plain).open("wb") as file:
            shutil.copyfileobj(content, file)
        return upload_id

    def path(self, upload_id: str) -> Path:
        """The file of an upload.

        Raises:
            BadInput: It is not there any more.
        """
        found = list((self.folder / upload_id).iterdir()) if _ID.match(upload_id) and self._is_there(upload_id) else []
        if not found:
            raise BadInput("upload", got="one that is gone", expected="the file again", todo="Choose it once more.")
        return found[0]

    def _is_there(self, upload_id: str) -> bool:
        return (self.folder / upload_id).is_dir()

    def drop(self, upload_id: str) -> None:
        """Remove a file."""
        if _ID.match(upload_id):
            shutil.rmtree(self.folder / upload_id, ignore_errors=True)

    def close(self) -> None:
        """Remove all files."""
        shutil.rmtree(self.folder, ignore_errors=True)


def sources() -> list[dict[str, str]]:
    """What can be read."""
    return importing.source_rows()


def understood(house: House, path: Path, source: str | None) -> Callable[[OnProgress], dict[str, Any]]:
    """Work that reads an export without writing anything: counts, quality, ten redacted turns."""

    def work(told: OnProgress) -> dict[str, Any]:
        admission = importing.import_path(
            house.workspace.folder, path, source=source, dry_run=True, keep_history=True, on_progress=told
        )
        columns = importing.understood(house.workspace.folder, path, {}) if admission.source == "table" else []
        return admission.to_dict() | {"columns": columns, "lines": admission.to_lines()}

    return work


def taken_in(
    house: House,
    path: Path,
    source: str | None,
    *,
    keep_history: bool,
    options: dict[str, str],
    after: Callable[[], None],
) -> Callable[[OnProgress], dict[str, Any]]:
    """Work that imports an export, scores, measures and releases."""

    def work(told: OnProgress) -> dict[str, Any]:
        folder = house.workspace.folder
        admission = importing.import_path(
            folder, path, source=source, options=options, keep_history=keep_history, on_progress=told
        )
        done = reporting.run(folder, on_progress=told)
        after()
        return admission.to_dict() | {"headline": done.headline, "lines": admission.to_lines()}

    return work
