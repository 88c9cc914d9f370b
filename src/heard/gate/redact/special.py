"""Flags words of special categories (GDPR Art. 9). Flags only: the words stay, so that hardship can still be heard."""

KINDS: dict[str, frozenset[str]] = {
    "health": frozenset(
        """ill illness sick disease cancer tumour tumor chemo chemotherapy diabetes diabetic insulin epilepsy epileptic asthma asthmatic hiv aids hepatitis depression depressed anxiety bipolar autism
        autistic adhd dementia alzheimer alzheimer's parkinson's stroke surgery operation hospital hospitalised hospitalized disabled disability wheelchair pregnant pregnancy miscarriage ivf allergy allergic
        medication prescription dialysis oncology psychiatrist therapist ptsd suicidal migraine arthritis pacemaker transplant krank krankenhaus schwanger krebs enceinte malade cáncer embarazada""".split()
    ),
    "faith": frozenset(
        """muslim islam islamic christian catholic protestant orthodox jewish jew judaism hindu hinduism sikh sikhism buddhist atheist mosque synagogue halal kosher ramadan eid sabbath shabbat hijab turban
        baptism bar-mitzvah imam rabbi priest church""".split()
    ),
    "union": frozenset("union unions unionised unionized shop-steward picket gewerkschaft syndicat sindicato betriebsrat".split()),
    "sex_life": frozenset(
        "gay lesbian bisexual transgender trans queer lgbt lgbtq lgbtq+ nonbinary non-binary homosexual heterosexual sexuality viagra".split()
    ),
    "ethnicity": frozenset(
        "racist racism racial ethnicity ethnic african-american latino latina hispanic asian aboriginal roma romani gypsy immigrant refugee asylum".split()
    ),
    "politics": frozenset("republican democrat tory conservative labour-party socialist communist brexiteer".split()),
}  # fmt: skip

_ALL = frozenset(word for words in KINDS.values() for word in words)


def kinds(tokens: frozenset[str]) -> list[str]:
    """Kinds of special-category words among lower-case tokens, in the order of KINDS; empty when there are none.

    Example:
        >>> kinds(frozenset({"my", "insulin", "is", "halal"}))
        ['health', 'faith']
    """
    if _ALL.isdisjoint(tokens):
        return []
    return [name for name, words in KINDS.items() if not words.isdisjoint(tokens)]
