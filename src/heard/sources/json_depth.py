"""A guard against JSON that nests without end: a parser's memory grows with the square of the depth."""

import re

from heard.errors import BadInput

MAX_DEPTH = 200
"""Exports nest 5 to 15 deep; at 100,000 a parser took all memory of a machine."""
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_STRING_END = re.compile(rb'(?:[^"\\]++|\\.)*+"', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")


class Depth:
    """Follows the depth of a document that comes in pieces."""

    def __init__(self, name: str) -> None:
        self._name, self._depth, self._is_in_string, self._is_escaped = name, 0, False, False

    def feed(self, data: bytes) -> None:
        """BadInput when the document nests deeper than MAX_DEPTH."""
        rest = self._outside(data)
        opens = rest.count(b"[") + rest.count(b"{")
        if self._depth + opens > MAX_DEPTH:
            self._walk(rest)
        else:
            self._depth += opens - rest.count(b"]") - rest.count(b"}")

    def _outside(self, data: bytes) -> bytes:
        """What of the piece stands outside strings."""
        if self._is_in_string:
            end = _STRING_END.match(data, 1 if self._is_escaped and data else 0)
            if end is None:
                self._is_escaped = _ends_in_escape(data, was_escaped=self._is_escaped)
                return b""
            data = data[end.end() :]
        rest = _STRING.sub(b"", data)
        opening = rest.find(b'"')
        self._is_in_string = opening >= 0
        self._is_escaped = self._is_in_string and _ends_in_escape(rest, was_escaped=False)
        return rest[:opening] if self._is_in_string else rest

    def _walk(self, rest: bytes) -> None:
        for bracket in _BRACKET.findall(rest):
            self._depth += 1 if bracket in b"[{" else -1
            if self._depth > MAX_DEPTH:
                raise BadInput(
                    "JSON",
                    where=self._name,
                    got=f"more than {MAX_DEPTH} levels of nesting",
                    expected="an export",
                    todo="Check that this is the right file.",
                )


def _ends_in_escape(data: bytes, *, was_escaped: bool) -> bool:
    """Whether the next byte is escaped: an odd run of backslashes at the end, less one that was escaped itself."""
    run = len(data) - len(data.rstrip(b"\\"))
    return (run - (was_escaped and run == len(data))) % 2 == 1
