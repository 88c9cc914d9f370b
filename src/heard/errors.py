"""The error family: every message says what, where, what was got, what was expected and what to do next.

No message may hold a customer's words, name, number or address: callers pass column names, counts and pseudonymous ids.
"""

from dataclasses import dataclass, field


class HeardError(Exception):
    """Base of all errors that Heard raises on purpose; `exit_code` is the command line's answer."""

    exit_code: int = 70


@dataclass
class _Told(HeardError):
    """An error with fields as well as a text."""

    what: str
    got: str = ""
    expected: str = ""
    todo: str = ""
    where: str = ""

    exit_code = 2

    def __str__(self) -> str:
        place = f", {self.where}" if self.where else ""
        got = f" got {self.got}" if self.got else ""
        expected = f"{',' if self.got else ''} expected {self.expected}" if self.expected else ""
        told = f"{self.what}{place}" + (f":{got}{expected}." if got or expected else ".")
        return f"{told} {self.todo}".rstrip()


@dataclass
class BadInput(_Told, ValueError):
    """What came from outside cannot be read as what it claims to be."""


@dataclass
class BadConfig(_Told):
    """`heard.toml` is wrong; `faults` holds every fault that was found, not the first one."""

    faults: tuple[str, ...] = field(default=())

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"  - {fault}" for fault in self.faults)])


@dataclass
class NotConsented(_Told):
    """A read or an import has no purpose, no basis, or meets an objection."""


@dataclass
class NotReleased(_Told):
    """A figure would point at a person or a small group, so it does not leave the gate."""


@dataclass
class NotIdentified(_Told):
    """The data cannot answer this question, whatever the method."""


@dataclass
class NotSupported(_Told):
    """Outside the range in which this operation has been proven."""


@dataclass
class MissingExtra(_Told):
    """A package of an optional extra is not installed."""


@dataclass
class Busy(_Told):
    """Another process holds the workspace's write lock."""


@dataclass
class Damaged(_Told):
    """A file of the workspace is not what it was when Heard wrote it."""

    exit_code = 1
