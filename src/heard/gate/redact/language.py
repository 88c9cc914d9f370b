"""Says a text's language from its script and its function words; None rather than a guess.

Made for telling English from the other languages of a help desk at the speed of the import; not a general detector.
"""

import re

MIN_WORDS = 3
"""Below this a text in Latin letters says nothing about its language."""

_FUNCTION_WORDS: dict[str, frozenset[str]] = {
    "en": frozenset(
        """the and you your to is it of for with this that have has was are not my on in be but can will if do does did been at from an we they me what when how
        please thanks thank would could there just any so no yes or as about they're i'm don't it's i've can't didn't isn't that's i'd i'll he she his her our us up out get got still
        why where which who too am hi hello need want help now ok okay sorry here after before again back more than then them their some all im dont""".split()
    ),
    "de": frozenset(
        """der die das und ich nicht ist sie wir mit ein eine für auf den dem zu es von auch wie bitte danke haben habe hat mir mich aber noch bei wenn kann können wird wurde sind mein meine
        ihre ihr ihnen schon sehr nur nach oder was warum heute keine kein einen im am""".split()
    ),
    "fr": frozenset(
        """le la les des une est et je vous nous pas pour que qui dans avec mon ma mes votre vos sur ce cette il elle ne au aux du merci bonjour suis ai avez plus mais très été j'ai c'est n'est
        sont être comme depuis toujours""".split()
    ),
    "es": frozenset(
        """el la los las que y de en un una es no mi por para con su se lo me del al pero muy gracias hola tengo estoy está usted ustedes cuando como más esto ha he son fue porque pedido
        todavía puedo""".split()
    ),
    "it": frozenset(
        """il lo gli le di che e un una è non mi per con sono ho ha del della nel alla ma anche grazie ciao buongiorno molto come questo questa mio mia ancora più stato dove quando
        perché""".split()
    ),
    "nl": frozenset(
        """de het een en van ik niet is dat die op te met voor zijn mijn u uw je heb heeft maar ook er aan bij om nog wel kan geen naar dank bedankt hallo wat hoe wordt deze""".split()
    ),
    "pt": frozenset(
        """o os as um uma que e não de do da em para com meu minha por se eu você está foi mas muito obrigado obrigada olá como mais já ainda tenho isso quando são""".split()
    ),
    "pl": frozenset("i w nie na się to że z jest do mam mi za od po ale jak czy proszę dziękuję dzień dobry moje mój moja już nadal dla jestem nie".split()),
    "sv": frozenset("och att det jag är inte en som på för med har av till den mitt min hej tack men om kan ni ett var".split()),
    "da": frozenset("og at det jeg er ikke en som på for med har af til den mit min hej tak men om kan det var".split()),
    "hu": frozenset("a az és nem hogy egy is van meg de ha már még csak kérem köszönöm szép jó napot nekem mert vagy lehet".split()),
    "tr": frozenset("ve bir bu için çok ne var değil mi ama ben bana siz teşekkürler merhaba daha lütfen nasıl yok".split()),
}  # fmt: skip

_SCRIPTS = (
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
)
_OTHERS = {name: words for name, words in _FUNCTION_WORDS.items() if name != "en"}


def language_of(text: str, words: list[str], tokens: frozenset[str]) -> str | None:
    """ISO 639-1 code of a text, or None when it is too short or no language leads.

    Args:
        text: The text.
        words: Its words in lower case, in order.
        tokens: The same without repeats.

    Example:
        >>> words = "my parcel is still not here".split()
        >>> language_of(" ".join(words), words, frozenset(words))
        'en'
    """
    if not text.isascii() and (script := _script(text, words)):
        return script
    if len(words) < MIN_WORDS:
        return None
    english = len(tokens & _FUNCTION_WORDS["en"])
    if text.isascii() and english * 4 >= len(tokens) and english >= 2:
        return "en"
    best, score = "en", english
    for name, known in _OTHERS.items():
        found = len(tokens & known)
        if found > score:
            best, score = name, found
    return best if score >= 2 or (score == 1 and len(words) <= 5) else None


def _script(text: str, words: list[str]) -> str | None:
    """A language whose letters are most of the text's letters; Cyrillic counts as Russian, Han alone as Chinese."""
    letters = sum(len(word) for word in words)
    for name, pattern in _SCRIPTS:
        if letters and len(pattern.findall(text)) * 2 > letters:
            return name
    if letters and len(_SCRIPTS[7][1].findall(text)) * 5 > letters:
        return "ja"
    return None
