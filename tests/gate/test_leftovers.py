"""An erasure takes a customer out of the files beside the tables as well."""

import html
import json

import pytest
from gate_kit import SMALL, admit, make, turns

from heard import gate

ANN, OTHER = "My chair is broken and nobody answers", "Where is my order please, it is late"


@pytest.fixture
def workspace(tmp_path):
    made = make(tmp_path)
    admit(made, turns(*SMALL))
    (made.folder / "out").mkdir(exist_ok=True)
    yield made
    made.close()


def ids(workspace):
    with gate.view(workspace, "service_quality") as view:
        rows = view.sql("SELECT interaction_id, customer_id FROM interaction ORDER BY customer_id").to_pylist()
        ann = gate.pseudonym_of(workspace.key, "customer", "zendesk", "ann@example.org")
    return next(r for r in rows if r["customer_id"] == ann), next(r for r in rows if r["customer_id"] != ann)


GONE = (
    ("page.html", lambda own: f"<p>{html.escape(ANN)}</p>", "her words in a page"),
    ("part.html", lambda own: "<q>chair is broken and nobody</q>", "a part of her words"),
    ("story.md", lambda own: f"see {own['interaction_id']}", "the id of her conversation"),
    ("data.json", lambda own: json.dumps({"who": own["customer_id"]}), "her pseudonym"),
    ("old.pdf", lambda own: "%PDF-1.7 compressed", "a file that cannot be searched"),
)


@pytest.mark.parametrize(("name", "text", "remark"), GONE, ids=[case[2] for case in GONE])
def test_a_report_that_tells_of_her_is_gone(workspace, name, text, remark):
    own, _ = ids(workspace)
    path = workspace.folder / "out" / name
    path.write_text(text(own))
    told = gate.erase(workspace, "ann@example.org")
    assert not path.exists(), remark
    assert told.counts["files"] == 1


def test_what_tells_of_others_alone_stays(workspace):
    _, other = ids(workspace)
    path = workspace.folder / "out" / "page.html"
    path.write_text(f"{OTHER} {other['interaction_id']} 42 % of moments were heard")
    gate.erase(workspace, "ann@example.org")
    assert path.exists()
    assert (workspace.folder / "heard.toml").exists()


def test_lines_of_a_log_go_and_the_others_stay(workspace):
    own, other = ids(workspace)
    path = workspace.folder / "experiments" / "prompt" / "exposure.csv"
    path.parent.mkdir(parents=True)
    path.write_text(f"unit,arm\n{own['interaction_id']},show\n{other['interaction_id']},hide\n")
    gate.object_to(workspace, "ann@example.org")
    assert path.read_text() == f"unit,arm\n{other['interaction_id']},hide\n"
