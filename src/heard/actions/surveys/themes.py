"""What comments are about: groups of like comments named by their own words, and aspects by praise and complaint."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import svds

from heard.actions.surveys.comments import QUOTES, Comment
from heard.inference.grouping import UNGROUPED, group
from heard.terms.words import side_of

DIMENSIONS, MOST_GROUPS, NEAR = 60, 12, 0.5
WORD = re.compile(r"[^\W\d_]{3,}")
STOP = frozenset(
    WORD.findall(
        "the and for was were are you your they them their that this with have had has been from not but all who what "
        "when did does very just really our out about get got would could will can any she him her his its there then "
        "than too more much some which because how only into over after also still even said told one here again where "
        "being"
    )
)
ASPECTS: dict[str, tuple[str, ...]] = {
    # cause of the codebook → beginnings of words that speak of it; $ ends a word that must be whole
    "delay": (
        "wait", "late$", "slow", "delay", "hours", "weeks", "queue", "quick", "fast", "prompt", "punctual", "forever",
    ),
    "defect": ("broken", "fault", "damag", "defect", "crash", "repair", "bug$", "bugs"),
    "billing": (
        "charg", "bill$", "bills", "billed", "refund", "price", "payment", "invoice", "fee$", "fees", "expens", "money",
        "cost",
    ),
    "policy": ("policy", "rule", "return", "terms", "allowed", "exception$", "exceptions"),
    "staff": ("rude", "kind", "friendl", "polite", "listen", "caring", "care", "helpful", "attitude", "manner", "staff",
              "understood", "understand", "ignored", "dismiss", "nice", "professional"),
    "bot": ("bot$", "bots", "chatbot", "robot", "automated", "script", "machine"),
    "access": ("login", "password", "phone", "reach", "appointment", "contact", "website", "account", "parking"),
    "information": ("inform", "explain", "clear", "confus", "answer", "communicat", "update", "told", "advice"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A group of like comments; `name` is made of its own most telling words."""

    name: str
    size: int
    customers: int
    share: float
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aspect:
    """How often an aspect is praised and complained about; counts are None where fewer than k customers."""

    aspect: str
    side: str | None
    praise: int | None
    complaint: int | None
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Themes:
    """Themes, largest first.

    Attributes:
        ungrouped_share: Comments in no theme that is shown; None without a comment.
        read: Comments that were read.
        cannot_say: Comments in another language than English: grouped by their words, but in no aspect.
    """

    themes: tuple[Theme, ...]
    aspects: tuple[Aspect, ...]
    ungrouped_share: float | None
    read: int
    whole: int
    cannot_say: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "ok": True,
            "themes": [
                {n: getattr(t, n) for n in ("name", "size", "customers", "share", "quotes")} for t in self.themes
            ],
            "aspects": [
                {n: getattr(a, n) for n in ("aspect", "side", "praise", "complaint", "quotes")} for a in self.aspects
            ],
            "ungrouped_share": self.ungrouped_share,
            "read": self.read,
            "whole": self.whole,
            "cannot_say": self.cannot_say,
        }


def themes(read: Sequence[Comment], whole: int, *, k: int) -> Themes:
    """Group comments by their words; groups of fewer than k customers are not shown.

    The result does not depend on the order of the comments, nor on any seed.
    """
    texts = sorted({one.text for one in read})
    if not texts:
        return Themes(themes=(), aspects=(), ungrouped_share=None, read=0, whole=whole)
    place = {text: i for i, text in enumerate(texts)}
    counts = np.bincount([place[one.text] for one in read], minlength=len(texts)).astype(float)
    matrix, words = _weighted(texts)
    found = group(_vectors(matrix), counts, count=MOST_GROUPS, threshold=NEAR, least=float(k))
    by_group: dict[int, list[Comment]] = {}
    for one in read:
        by_group.setdefault(int(found.codes[place[one.text]]), []).append(one)
    shown = []
    for code in sorted(code for code in by_group if code != UNGROUPED):
        own = by_group[code]
        customers = len({one.customer_id or one.answer_id for one in own})
        if customers >= k:
            inside = np.flatnonzero(found.codes == code)
            shown.append(
                Theme(
                    name=_name(matrix, words, inside, counts),
                    size=len(own),
                    customers=customers,
                    share=len(own) / len(read),
                    quotes=_nearest(texts, found.nearness, inside),
                )
            )
    grouped = sum(theme.size for theme in shown)
    return Themes(
        themes=tuple(shown),
        aspects=_aspects(read, k),
        ungrouped_share=1 - grouped / len(read),
        read=len(read),
        whole=whole,
        cannot_say=sum(not one.is_read for one in read),
    )


def _tokens(text: str) -> list[str]:
    return [word for word in WORD.findall(text.casefold()) if word not in STOP]


def _weighted(texts: Sequence[str]) -> tuple[Any, list[str]]:
    """Words by comments, each word weighted by how rare it is (tf-idf), rows of length 1."""
    counted = [Counter(_tokens(text)) for text in texts]
    words = sorted({word for one in counted for word in one})
    column = {word: i for i, word in enumerate(words)}
    rows = [i for i, one in enumerate(counted) for _ in one]
    columns = [column[word] for one in counted for word in one]
    values = [1 + np.log(n) for one in counted for n in one.values()]
    matrix = sparse.csr_matrix((values, (rows, columns)), shape=(len(texts), len(words)))
    seen = np.asarray((matrix > 0).sum(axis=0)).ravel()
    matrix = matrix @ sparse.diags(np.log((1 + len(texts)) / (1 + seen)) + 1)
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sparse.diags(1 / np.where(length > 0, length, 1)) @ matrix, words


def _vectors(matrix: Any) -> Any:
    """Comments in few dimensions (latent semantic analysis), rows of length 1 or 0."""
    # with as many dimensions as comments nothing would come together that does not share its words
    rank = min(DIMENSIONS, max(4, matrix.shape[0] // 3), min(matrix.shape) - 1)
    if rank < 1:
        dense = matrix.toarray()
    else:
        u, s, _ = svds(matrix.astype(float), k=rank, v0=np.ones(min(matrix.shape)))
        dense = u * s
    length = np.linalg.norm(dense, axis=1, keepdims=True)
    return np.where(length > 1e-9, dense / np.where(length > 1e-9, length, 1), 0.0)


def _name(matrix: Any, words: Sequence[str], inside: Any, counts: Any) -> str:
    """The three words that tell this group most from all comments."""
    here = np.asarray(matrix[inside].multiply(counts[inside][:, None]).sum(axis=0)).ravel() / counts[inside].sum()
    everywhere = np.asarray(matrix.multiply(counts[:, None]).sum(axis=0)).ravel() / counts.sum()
    best = sorted(range(len(words)), key=lambda i: (-(here[i] - everywhere[i]), words[i]))[:3]
    return ", ".join(words[i] for i in best if here[i] > 0)


def _nearest(texts: Sequence[str], nearness: Any, inside: Any) -> tuple[str, ...]:
    order = sorted(inside, key=lambda i: (-round(float(nearness[i]), 9), texts[i]))
    return tuple(texts[i] for i in order[:QUOTES])


def _aspects(read: Sequence[Comment], k: int) -> tuple[Aspect, ...]:
    made = []
    for aspect, beginnings in ASPECTS.items():
        speaks = re.compile(r"\b(?:" + "|".join(b.replace("$", r"\b") for b in beginnings) + ")")
        own = [one for one in read if one.is_read and speaks.search(one.text.casefold())]
        tones = {tone: [one for one in own if one.tone == tone] for tone in ("praise", "complaint")}
        shown = {tone: len(some) if _people(some) >= k else None for tone, some in tones.items()}
        quotes = [one for tone, some in tones.items() if shown[tone] for one in some]
        if any(shown.values()):
            made.append(
                Aspect(
                    aspect=aspect,
                    side=side_of(aspect),
                    praise=shown["praise"],
                    complaint=shown["complaint"],
                    quotes=tuple(sorted({one.text for one in quotes})[:QUOTES]),
                )
            )
    return tuple(sorted(made, key=lambda a: -((a.praise or 0) + (a.complaint or 0))))


def _people(own: Sequence[Comment]) -> int:
    return len({one.customer_id or one.answer_id for one in own})
