"""Evidence: what an estimate is, which checks it stood, and how far it may be believed."""

from heard.inference.evidence.check import Check, Passed
from heard.inference.evidence.estimate import Estimate, digest_of
from heard.inference.evidence.grade import Design, Grade, grade_of

__all__ = ["Check", "Design", "Estimate", "Grade", "Passed", "digest_of", "grade_of"]
