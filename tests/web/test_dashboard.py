"""T4 through every filter combination, figures that walk back, a missed run that shows."""

from datetime import timedelta
from itertools import product

import pytest
from web_kit import app_of, client_of, join, make_workspace

from heard import gate
from heard.errors import BadInput
from heard.flow.serving import frame, words
from heard.flow.serving.house import House
from heard.inference.comparing import difference


def test_no_filter_shows_a_figure_that_the_gate_hid(house):
    cells = house.cells()
    held = {
        (
            row["measure"],
            row["grouping"],
            row["week_start"],
            row["team_id"],
            row["channel"],
            row["issue"],
            row["queue"],
        ): row
        for row in gate.released(house.workspace).to_pylist()
        if row["cause"] is None and row["cause_side"] is None
    }
    shown = hidden = 0
    teams, channels, issues = ([None, *cells.values(name)] for name in ("team_id", "channel", "issue"))
    for team, channel, issue in product(teams, channels, issues):
        groups = {k: v for k, v in (("team", team), ("channel", channel), ("issue", issue)) if v}
        if len(groups) == 3:
            with pytest.raises(BadInput):
                frame.asked_of(cells, groups)
            continue
        for week in (None, cells.weeks()[-1]):
            asked = frame.Asked(groups=groups, week=week, against=None)
            made = frame.frame(cells, asked, minimum_n=house.workspace.policy.k)
            for _, _, tiles in made.columns:
                for tile in tiles:
                    row = held.get((tile.measure, asked.grouping, week, team, channel, issue, None))
                    if tile.block.value:
                        shown += 1
                        assert row is not None
                        assert row["value"] is not None
                        assert row["customer_count"] is None or row["customer_count"] >= house.workspace.policy.k
                    else:
                        hidden += 1
    assert shown > 100
    assert hidden > 100


@pytest.mark.parametrize("query", ["agent=a_1", "team=nobody", "week=yesterday", "team=Quay&queue=x", "against=x"])
def test_a_breakdown_outside_the_lattice_is_refused_or_changes_nothing(owner, query):
    answer = owner.get(f"/heard?{query}")
    if query.startswith("agent"):
        assert answer.text.replace("&amp;", "&").replace(query, "") == owner.get("/heard").text.replace("&amp;", "&")
    else:
        assert answer.status_code == 400


def test_moments_of_a_small_team_show_the_week_and_never_by_team_or_channel(tmp_path):
    folder = make_workspace(tmp_path)
    text = (folder / "heard.toml").read_text()
    (folder / "heard.toml").write_text(text.replace("min_agents = 3", "min_agents = 5"))  # teams of four are small now
    house = House(folder)
    someone = join(house.workspace, "analyst", "ann")
    rows, _ = words.moments(house, someone, words.Filter())
    assert rows
    assert all(row.when.startswith("week of") and row.channel == "" for row in rows)
    team = house.cells().frame["team_id"].drop_null()[0].as_py()
    assert words.moments(house, someone, words.Filter(team=team))[0] == []
    assert words.moments(house, someone, words.Filter(channel="chat"))[0] == []
    house.close()


def test_a_tile_walks_back_to_formula_sql_and_words(owner):
    page = owner.get("/heard").text
    assert "/measures/heard_rate" in page
    told = owner.get("/measures/heard_rate").text
    assert "SELECT" in told
    assert "Definition from" in told
    svg = owner.get("/charts/heard_rate.svg").text
    assert svg.startswith("<svg")
    assert "<script" not in svg
    assert owner.get("/charts/heard_rate.png").content.startswith(b"\x89PNG")
    assert owner.get("/export/figures.parquet").content.startswith(b"PAR1")


def test_comparing_two_weeks_says_no_real_change_where_the_interval_holds_zero():
    # Zou & Donner (2008), section 3: two independent proportions by Wilson limits give Newcombe's (1998) method 10;
    # Newcombe's table II, contrast (a): 56/70 less 48/80 is 0.2, 95 % interval 0.0524 to 0.3339.
    first, second = (0.6, 0.4904, 0.7004), (0.8, 0.6918, 0.8767)
    gap, lower, upper = difference(first, second)
    assert gap == pytest.approx(0.2)
    assert (lower, upper) == (pytest.approx(0.0524, abs=3e-4), pytest.approx(0.3339, abs=3e-4))


def test_a_missed_run_is_visible(tmp_path):
    folder = make_workspace(tmp_path)
    first = House(folder)
    join(first.workspace, "owner", "olive")
    at = first.workspace.now()
    first.close()
    for days, is_told in ((7, False), (20, True)):
        house = House(folder, now=lambda days=days: at + timedelta(days=days))
        text = client_of(app_of(house), "olive").get("/").text
        assert ("the weekly one was missed" in text) is is_told
        house.close()
