"""The rubric at hand: the codebook and the business's own standards, under one version."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

from heard.terms.labels import BEHAVIORS, CODEBOOK_VERSION, CUES, EMOTIONS, Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """What a reviewer judges by.

    Attributes:
        version: "codebook 1" and, where there are standards, a digest of them: a changed standard is a new version.
        standards: Name → sentence, each scored 1 to 5 or left unscored.
        keys: Label → key on the keyboard.
    """

    version: str
    groups: tuple[tuple[str, tuple[Label, ...]], ...]
    standards: Mapping[str, str]
    keys: Mapping[str, str]


KEYS = "1234567890qwertyuiopasdfghzxcvb"


def rubric(standards: Mapping[str, object]) -> Rubric:
    """The rubric of a business.

    Args:
        standards: `[standards]` of `heard.toml`; those whose value is a sentence are scored.
    """
    told = {name: value for name, value in standards.items() if isinstance(value, str)}
    digest = blake2b(repr(sorted(told.items())).encode(), digest_size=3).hexdigest()
    labels = [label.name for label in (*EMOTIONS, *CUES, *BEHAVIORS)]
    return Rubric(
        version=f"codebook {CODEBOOK_VERSION}" + (f", standards {digest}" if told else ""),
        groups=(("emotions", EMOTIONS), ("cues", CUES), ("behaviors", BEHAVIORS)),
        standards=told,
        keys={**dict(zip(labels[:16], KEYS, strict=False)), **dict(zip(labels[16:], KEYS, strict=False))},
    )
