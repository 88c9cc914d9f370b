"""One page of figures: a title, what may be concluded, tables; no script, nothing loaded."""

from collections.abc import Mapping, Sequence
from html import escape

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1a202c;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem}
th,td{text-align:left;padding:.3rem .7rem .3rem 0;border-bottom:1px solid #e2e8f0;vertical-align:top}
svg{width:100%;height:auto;font:12px system-ui,sans-serif}p.said{margin:.3rem 0}
@media print{body{margin:0}}
""".strip()


def page_of(title: str, said: Sequence[str], body: str) -> str:
    """The whole page; `body` is HTML that its maker has escaped."""
    told = "".join(f'<p class="said">{escape(line)}</p>' for line in said)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{told}{body}</main></body></html>\n"
    )


def figure_table(title: str, rows: Sequence[Mapping[str, str]]) -> str:
    """Rows as a table with a heading; nothing without rows."""
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{escape(str(name))}</th>' for name in rows[0])
    lines = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row.values()) + "</tr>" for row in rows
    )
    return (
        f'<h2>{escape(title)}</h2><div class="wide" tabindex="0" role="region" aria-label="{escape(title)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>"
    )
