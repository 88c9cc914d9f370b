"""The page as Markdown. Every string is escaped so that it can be neither markup, nor HTML, nor a link."""

import re

from heard.actions.monday.charts import share_text
from heard.actions.monday.document import ChartBlock, Document, FigureBlock, Section

# Marks that mean something anywhere in a line, marks that do so only at its start, and bare addresses, which many
# viewers turn into links.
_ANYWHERE = re.compile(r"([\\`*_\[\]<>#|~&$@])")
_START = re.compile(r"^(\s*)(\d+(?=[.)])|)([-+=.)])")
_ADDRESS = re.compile(r":(?=//)|(?<=www)\.", re.IGNORECASE)


def markdown(document: Document) -> str:
    """The page as CommonMark with tables, ending in one line feed."""
    parts = [
        f"# {escaped(document.business)}",
        f"{escaped(document.period)} — {escaped(document.made_from)}",
        f"**{escaped(document.badge)}**" if document.badge else "",
        escaped(" ".join(document.summary)),
        *(_section(section) for section in document.sections),
        _stories(document),
        _policy(document),
        _calls(document),
        _bullets("What not to conclude", document.cautions),
        _made(document.figures),
        f"Sources: {escaped(document.sources)}." if document.sources else "",
        f"Left out: {escaped(document.left_out)}.",
        escaped(" ".join(document.footer)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def escaped(text: str) -> str:
    """One line in which nothing is markup, HTML or a link: every mark that could begin some is escaped.

    Example:
        >>> print(escaped("<b>*now*</b> [x](https://y)"))
        \\<b\\>\\*now\\*\\</b\\> \\[x\\](https\\://y)
        >>> print(escaped("- 3 of 4"), escaped("7. no"))
        \\- 3 of 4 7\\. no
    """
    line = " ".join(text.splitlines())
    marked = _ANYWHERE.sub(r"\\\1", line)
    return _ADDRESS.sub(lambda found: "\\" + found.group(), _START.sub(r"\1\2\\\3", marked))


def _section(section: Section) -> str:
    parts = [f"## {escaped(section.question)}"]
    parts += [_figure(figure) for figure in section.figures]
    parts += [_table(chart) for chart in (section.trend, section.chart) if chart]
    if section.lines:
        parts.append("\n".join(f"- {escaped(line)}" for line in section.lines))
    if section.beside:
        parts.append("\n".join(f"- {_figure(figure, bold='')}" for figure in section.beside))
    return "\n\n".join(parts)


def _figure(figure: FigureBlock, bold: str = "**") -> str:
    title = f"{bold}{escaped(figure.title)}{bold}"
    if not figure.value:
        return f"{title}: {escaped(figure.note)}"
    interval = f" ({figure.interval})" if figure.interval else ""
    rest = [part for part in (figure.change, figure.n, figure.door.grade) if part]
    return f"{title}: {escaped(figure.value + interval)}" + "".join(f" · {escaped(part)}" for part in rest)


def _table(chart: ChartBlock) -> str:
    lines = [f"*{escaped(chart.title)}*", "", _row(chart.columns), _row(tuple("---" for _ in chart.columns), raw=True)]
    for row in chart.rows:
        lines.append(_row(tuple(share_text(c) if isinstance(c, float) else "" if c is None else str(c) for c in row)))
    return "\n".join(lines)


def _row(cells: tuple[str, ...], *, raw: bool = False) -> str:
    return "| " + " | ".join(cell if raw else escaped(cell) for cell in cells) + " |"


def _stories(document: Document) -> str:
    parts = [f"## {escaped(document.stories_title)}"]
    if document.stories_note:
        parts.append(escaped(document.stories_note))
    for story in document.stories:
        reply = f"“{escaped(story.reply)}”" if story.reply else "*no reply*"
        where = " · ".join(part for part in (story.when, story.moment_id) if part)
        link = f" · <{story.url}>" if story.url else ""
        said = f"“{escaped(story.customer)}” → {reply} → {escaped(story.next)}"
        parts.append(f"**{escaped(story.kind)}** {said} ({escaped(where)}{link})")
    return "\n\n".join(parts)


def _policy(document: Document) -> str:
    parts = ["## One policy to fix"]
    if document.policy is None:
        return "\n\n".join([*parts, escaped(document.policy_note)])
    policy = document.policy
    parts += [f"**{escaped(policy.title)}**", "\n".join(f"- {escaped(line)}" for line in policy.lines)]
    parts += [f"> “{escaped(quote)}”" for quote in policy.quotes]
    return "\n\n".join([*parts, escaped(policy.hedge)]) if policy.hedge else "\n\n".join(parts)


def _calls(document: Document) -> str:
    parts = ["## Call these"]
    lines = []
    for number, call in enumerate(document.calls, start=1):
        last = f" ({escaped(call.last)})" if call.last else ""
        link = f" <{call.url}>" if call.url else ""
        lines.append(f"{number}. **{escaped(call.customer)}** {escaped(call.why)}{last}{link}")
    return "\n\n".join([*parts, *(["\n".join(lines)] if lines else []), escaped(document.calls_note)])


def _bullets(title: str, lines: tuple[str, ...]) -> str:
    return f"## {title}\n\n" + "\n".join(f"- {escaped(line)}" for line in lines) if lines else ""


def _made(figures: tuple[FigureBlock, ...]) -> str:
    lines = [_row(("Number", "Name", "What it is", "Variant", "n", "Sources")), _row(("---",) * 6, raw=True)]
    for figure in figures:
        door = figure.door
        lines.append(_row((figure.title, figure.name, door.definition, door.variant, door.n, door.sources)))
    return "## How these numbers were made\n\n" + "\n".join(lines)
