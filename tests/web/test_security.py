"""OWASP's usual ones: headers, XSS by hostile turns, IDOR, open redirect, header injection, traversal, sizes, hosts."""

import re

import pyarrow as pa
import pytest
from fastapi.testclient import TestClient
from web_kit import HOST, app_of, client_of, join, post

from heard import gate
from heard.actions.export.figures import COLUMNS, csv_of
from heard.flow import scoring
from heard.flow.serving.house import House
from heard.flow.serving.taking_in import Uploads
from heard.signals.base import load
from heard.terms.tables import RELEASED

PAGES = (
    "/", "/moments", "/heard", "/journey", "/review", "/agreement", "/coaching", "/plan", "/governance", "/data",
    "/people", "/me", "/import", "/appeals", "/measures/heard_rate",
)  # fmt: skip
HOSTILE = (
    'I am furious <script>alert(1)</script> and "quoted" \' <img src=x onerror=alert(2)> {{7*7}} {% raw %} \u202e '
    "still waiting for the third time, this is a disgrace"
)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_its_headers_and_no_inline_script_or_style(owner, path):
    answer = owner.get(path)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "same-origin"  # no-referrer would send a null origin
    assert answer.headers["cache-control"] == "no-store"
    assert not re.search(r"<script(?![^>]*\bsrc=)", answer.text)
    assert not re.search(r"\son\w+=", re.sub(r">[^<]*<", "><", answer.text))
    assert "<style" not in answer.text
    assert not re.search(r'src="(?:https?:)?//', answer.text)
    assert len(answer.content) < 300_000


@pytest.fixture
def hostile(tmp_path):
    """A workspace whose customers write markup."""
    made = gate.init(tmp_path / "ws", name="<b>Acme</b>", timezone="UTC", key_path=tmp_path / "key", keep_history=True)
    from heard.terms.batch import Batch

    rows = []
    for number in range(6):
        for position, (role, text) in enumerate((("customer", HOSTILE), ("agent", f"Sorry about that. {HOSTILE}"))):
            rows.append({
                "turn_id": f"{number}-{position}", "interaction_id": f"{number}", "position": position, "sent_at": None,
                "speaker_role": role, "speaker_id": f"{role}{number}", "text": text,
            })  # fmt: skip
    names = ("turn_id", "interaction_id", "speaker_role", "speaker_id", "text")
    schema = pa.schema([*((n, pa.string()) for n in names[:2]), ("position", pa.int32()), ("sent_at", pa.timestamp("us", tz="UTC")), *((n, pa.string()) for n in names[2:])])  # fmt: skip
    gate.admit(made, [Batch("turn", pa.Table.from_pylist(rows, schema=schema))], source="table", file_digest="x")
    scoring.score(made, load("text"))
    made.close()
    house = House(tmp_path / "ws")
    join(house.workspace, "owner", "olive")
    yield house, client_of(app_of(house), "olive")
    house.close()


def test_hostile_turns_stay_words(hostile):
    house, client = hostile
    with house.whole() as view:
        interaction = view.sql("SELECT interaction_id FROM moment LIMIT 1")["interaction_id"][0].as_py()
    for path in ("/moments", f"/conversations/{interaction}"):
        text = client.get(path).text
        assert "&lt;" in text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "49" not in re.sub(r"[0-9a-f]{6,}", "", text)
        assert "<b>Acme</b>" not in text
    assert "&lt;script&gt;alert(1)" in client.get(f"/conversations/{interaction}").text
    assert "{{7*7}}" in client.get(f"/conversations/{interaction}").text


def test_the_state_of_a_review_cannot_leave_its_attribute(hostile):
    _, client = hostile
    post(client, "/review/draw", week="all")
    draw = re.search(r"/review/(draw-\w+)", client.get("/review").text).group(1)
    note = "\"><script>alert(1)</script>'"
    answer = client.put(
        f"/review/{draw}", json={"version": 0, "review": {"note": note}}, headers={"x-csrf": client.csrf}
    )
    assert answer.status_code == 200
    assert "<script>alert" not in client.get(f"/review/{draw}").text


def test_another_origin_cannot_write(owner):
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}):
        answer = owner.post("/me/tokens", data={"csrf": owner.csrf, "name": "x"}, headers=headers)
        assert answer.status_code == 403
        answer = owner.post("/sign-in", data={"login": "owner", "password": "x"}, headers=headers)
        assert answer.status_code == 403
        assert "another site" in answer.text


@pytest.mark.parametrize(
    "path", ["//evil.example", "/%2f%2fevil.example", "/\\evil.example", "/sign-in?next=//evil.example"]
)
def test_nothing_redirects_outside(app, path):
    answer = TestClient(app, base_url=f"http://{HOST}", follow_redirects=False).get(path)
    assert "evil" not in answer.headers.get("location", "")


def test_another_host_name_is_refused(app):
    assert TestClient(app, base_url="http://evil.example").get("/sign-in").status_code == 400


@pytest.mark.parametrize(
    "name", ["../app.py", "..%2fmake.py", "app.css/../../make.py", "%2e%2e/make.py", "make.py", ""]
)
def test_static_files_have_no_folders(app, name):
    answer = TestClient(app, base_url=f"http://{HOST}", follow_redirects=False).get(f"/static/{name}")
    assert answer.status_code in (303, 401, 404)


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "..\\..\\x.csv", "/abs/x.csv", "...", "a\x00b.csv", "\u202egpj.exe", "x" * 500, ""]
)
def test_an_uploaded_name_cannot_leave_its_folder(name):
    import io

    uploads = Uploads()
    path = uploads.path(uploads.keep(name, io.BytesIO(b"x")))
    assert path.parent.parent == uploads.folder
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,80}", path.name)
    uploads.close()
    assert not uploads.folder.exists()


@pytest.mark.parametrize("upload", ["u-0", "u-../../etc", "u-0123456789abcdef"])
def test_an_upload_is_found_by_its_id_alone(owner, upload):
    assert owner.get(f"/import/{upload}").status_code in (400, 404)


def test_header_injection_by_a_chart_name_is_no_header(owner):
    answer = owner.get("/charts/heard_rate%0d%0aX-Evil:1.svg")
    assert answer.status_code == 400
    assert "x-evil" not in answer.headers


def test_a_body_over_the_limit_is_cut_off(owner):
    def flood():
        for _ in range(64):
            yield b"x" * 65_536

    answer = owner.post("/me/tokens", content=flood(), headers={"content-type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 413
    assert owner.post("/me/tokens", content=b"x" * 3_000_000).status_code == 413


def test_a_cell_of_a_spreadsheet_never_begins_a_formula():
    row = dict.fromkeys(RELEASED.schema.names) | {"measure": "heard_rate", "issue": "=HYPERLINK(1)", "team_id": "@x"}
    frame = pa.table({name: [row[name]] for name in COLUMNS})
    text = csv_of(frame).decode()
    assert "'=HYPERLINK(1)" in text
    assert ",=" not in text
    assert "'@x" in text


def test_every_look_at_words_is_in_the_audit_log(house, clients, people):
    def looks():
        return [e.details for e in gate.audit.log(house.workspace) if e.kind == "look"]

    before = len(looks())
    moment = re.search(r"/conversations/(i_\w+)", clients["analyst"].get("/moments").text).group(1)
    clients["analyst"].get(f"/conversations/{moment}")
    clients["agent"].get("/mirror")
    clients["officer"].get("/heard")
    seen = looks()[before:]
    assert [one["what"] for one in seen] == ["moments", "conversation", "mirror"]
    assert seen[1] == {"actor": people["analyst"].person_id, "what": "conversation", "id": moment}


def test_a_fault_of_ours_tells_no_words(house, people, monkeypatch):
    from heard.flow.serving import frame

    def broken(*_, **__):
        raise RuntimeError("the customer said: my name is Ann")

    client = client_of(app_of(house), "owner")
    monkeypatch.setattr(frame, "frame", broken)
    answer = client.get("/heard?week=all")
    assert answer.status_code == 500
    assert "Ann" not in answer.text
    assert "RuntimeError" in answer.text
