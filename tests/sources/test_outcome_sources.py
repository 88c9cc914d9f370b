"""Orders, subscriptions and lists of customers: what becomes of each record, and what is left out and counted."""

import os
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from heard.errors import BadInput
from heard.sources.base import find, recognise
from heard.terms.batch import Window
from heard.testing import check_source

DATA = Path(os.environ.get("HEARD_DATA", Path(__file__).parents[3] / "shared" / "data"))


def read(name: str, path: Path, **options: str) -> tuple[dict[str, list[dict[str, Any]]], Counter[str]]:
    rows: dict[str, list[dict[str, Any]]] = {}
    left_out: Counter[str] = Counter()
    for batch in find(name).read(path, Window(), options):
        rows.setdefault(batch.table, []).extend(batch.rows.to_pylist())
        left_out.update(dict(batch.left_out))
    return rows, left_out


def tables(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        lines = [line.strip() for line in text.strip().splitlines()]
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def shop(tmp_path):
    return tables(
        tmp_path,
        order="""id,customer_id,created_at,processed_at,cancelled_at,financial_status,test,total_price,currency
            1,c1,2026-03-01 10:00:00.000,,,paid,FALSE,40.00,EUR
            2,c1,2026-03-09 10:00:00.000,,,partially_refunded,FALSE,20.50,EUR
            3,,2026-03-10 10:00:00.000,,,paid,FALSE,9.00,EUR
            4,c2,2026-03-10 10:00:00.000,,2026-03-11 08:00:00,paid,FALSE,9.00,EUR
            5,c2,2026-03-10 10:00:00.000,,,voided,FALSE,9.00,EUR
            6,c2,2026-03-10 10:00:00.000,,,paid,TRUE,9.00,EUR""",
        refund="""id,order_id,created_at
            r1,2,2026-03-12 10:00:00
            r2,4,2026-03-12 10:00:00
            r3,1,2026-03-12 11:00:00""",
        order_line_refund="""id,refund_id,subtotal,total_tax
            l1,r1,10.00,1.90
            l2,r3,99.00,0""",
        order_adjustment="""id,refund_id,amount
            a1,r1,-4.50""",
        transaction="""id,refund_id,kind,status,amount
            t1,r3,refund,success,55.00
            t2,r3,refund,failure,99.00""",
        customer="""id,created_at
            c1,2026-02-27 09:00:00
            c2,2026-03-01 09:00:00""",
    )


def test_orders_and_refunds_of_a_shop(shop: Path) -> None:
    rows, left_out = read("shopify", shop)
    assert [(r["outcome_id"], r["customer_id"], r["kind"], r["amount"]) for r in rows["outcome"]] == [
        ("order/1", "c1", "order", 40.0),
        ("order/2", "c1", "order", 20.5),
        ("refund/r1", "c1", "refund", 16.4),  # two parts of a line and the shipping
        ("refund/r3", "c1", "refund", 55.0),  # the settled transaction, more than the order: a shop may do that
    ]
    assert rows["outcome"][0]["occurred_at"] == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert rows["customer"][0] == {"customer_id": "c1", "joined_on": date(2026, 2, 27)}
    assert left_out == {
        "order without a customer": 1, "cancelled order": 1, "voided order": 1, "test order": 1,
        "refund of an unknown order": 1,
    }  # fmt: skip


@pytest.fixture
def billing(tmp_path):
    return tables(
        tmp_path,
        subscription_history="""id,customer_id,billing_cycle_anchor,cancel_at_period_end,status,quantity,start_date,ended_at,trial_end,cancellation_details_reason,livemode,_fivetran_start
            s1,c1,x,FALSE,active,2,2026-01-01 00:00:00,,,,TRUE,2026-01-01 00:00:00
            s1,c1,x,FALSE,active,5,2026-01-01 00:00:00,,,,TRUE,2026-02-01 00:00:00
            s1,c1,x,FALSE,canceled,4,2026-01-01 00:00:00,2026-04-01 00:00:00,,payment_failed,TRUE,2026-03-01 00:00:00
            s2,c2,x,TRUE,canceled,1,2026-01-01 00:00:00,2026-03-01 00:00:00,2026-01-15 00:00:00,,TRUE,2026-03-01 00:00:00
            s3,c3,x,FALSE,active,1,2026-01-01 00:00:00,,,,FALSE,2026-01-01 00:00:00""",
        subscription_item="""id,subscription_id,plan_id,quantity
            i1,s1,p1,4
            i2,s2,p2,1""",
        plan="""id,amount,currency,interval,interval_count
            p1,1000,eur,month,1
            p2,36000,jpy,year,1""",
        invoice="""id,customer_id,subscription_id,amount_paid,currency,created
            v1,c1,s1,4000,eur,2026-02-01 00:00:00
            v2,c2,,500,eur,2026-02-01 00:00:00
            v3,c2,s2,0,eur,2026-02-01 00:00:00""",
        charge="""id,customer_id,status,amount,currency,failure_code,created
            ch1,c1,failed,4000,eur,card_declined,2026-03-28 00:00:00
            ch2,c1,succeeded,4000,eur,,2026-02-01 00:00:00""",
        refund="""id,charge_id,amount,currency,status,reason,created
            re1,ch2,1000,eur,succeeded,duplicate,2026-02-03 00:00:00
            re2,ch2,1000,eur,failed,,2026-02-03 00:00:00
            re3,ch9,1000,eur,succeeded,,2026-02-03 00:00:00""",
    )  # fmt: skip


def test_subscriptions_start_change_and_end(billing: Path) -> None:
    rows, left_out = read("stripe", billing)
    told = {r["outcome_id"]: (r["kind"], r["amount"], r["is_voluntary"]) for r in rows["outcome"]}
    assert told == {
        "subscribe/s1": ("subscribe", 40.0, None),
        "change/s1/1": ("upgrade", 30.0, None),  # two to five at 10 a month
        "change/s1/2": ("downgrade", 10.0, None),
        "churn/s1": ("churn", 40.0, False),  # the payment failed
        "subscribe/s2": ("subscribe", 3000.0, None),  # 36,000 yen a year; no cents
        "churn/s2": ("churn", 3000.0, True),  # the customer let it end
        "invoice/v1": ("renewal", 40.0, None),
        "invoice/v2": ("order", 5.0, None),
        "charge/ch1": ("payment_failed", 40.0, False),
        "refund/re1": ("refund", 10.0, None),
    }
    starts = {r["outcome_id"]: r["occurred_at"] for r in rows["outcome"]}
    assert starts["subscribe/s2"] == datetime(2026, 1, 15, tzinfo=UTC)  # a trial earns nothing yet
    assert left_out == {
        "subscription_history of test mode": 1, "invoice that was not paid": 1, "refund that was not given": 1,
        "refund of an unknown charge": 1,
    }  # fmt: skip


def listed(folder: Path, *lines: str) -> Path:
    path = folder / "crm.csv"
    path.write_text("\n".join(("Client ID,Joined,Left on,Cancellation reason,Voluntary,MRR,Referred by", *lines)))
    return path


def test_a_list_of_customers_tells_who_left_and_why(tmp_path: Path) -> None:
    path = listed(tmp_path, "a,2026-01-02,,,,10,", "b,2026-01-03,2026-05-01,too slow,yes,12.5,a")
    rows, _ = read(
        "customers", path, timezone="Europe/Berlin", **{"column.left_at": "Left on", "column.joined_on": "Joined"}
    )
    assert [r["customer_id"] for r in rows["customer"]] == ["a", "b"]
    told = {r["outcome_id"]: (r["kind"], r["customer_id"], r["amount"]) for r in rows["outcome"]}
    assert told["churn/b"] == ("churn", "b", 12.5)
    assert told["referral/b"] == ("referral", "a", None)  # it is the referrer who did it
    left = next(r for r in rows["outcome"] if r["kind"] == "churn")
    assert (left["reason"], left["is_voluntary"]) == ("too slow", True)
    assert left["occurred_at"] == datetime(2026, 4, 30, 22, tzinfo=UTC)  # midnight in Berlin


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("a,2026-03-02,2026-01-01,,,,",), "a day before joined_on"),
        (("a,2026-01-02,,,,,", "a,2026-01-02,,,,,"), "a customer who came before"),
        ((",2026-01-02,,,,,",), "an empty value"),
        (("a,2026-01-02,2026-02-02,,perhaps,,",), "expected yes or no"),
        (("a,2026-01-02,,,,much,",), "expected a number"),
        (("a,soon,,,,,",), "no known form of time"),
    ],
)
def test_a_wrong_list_is_refused_in_one_line(tmp_path: Path, lines: tuple[str, ...], told: str) -> None:
    path = listed(tmp_path, *lines)
    with pytest.raises(BadInput) as caught:
        read("customers", path, timezone="UTC", **{"column.left_at": "Left on"})
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["shopify", "stripe"])
def test_a_folder_without_the_needed_table_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="no table"):
        read(name, tmp_path)


def test_small_exports_conform(shop: Path) -> None:
    assert dict(check_source(find("shopify"), shop).rows) == {"customer": 2, "outcome": 4}
    assert recognise(shop)[0][1].name == "shopify"


def test_billing_conforms(billing: Path) -> None:
    assert dict(check_source(find("stripe"), billing).rows) == {"outcome": 10}
    assert recognise(billing)[0][1].name == "stripe"


def test_telco_has_no_dates_so_tenure_is_counted_back(tmp_path: Path) -> None:
    path = tmp_path / "Telco-Customer-Churn.csv"
    path.write_text(
        "customerID,tenure,Contract,MonthlyCharges,TotalCharges,Churn\n"
        "7-A,2,Month-to-month,53.85,108.15,Yes\n8-B,0,Two year,20.0, ,No\n"  # tenure 0 leaves the total blank
    )
    rows, _ = read("telco", path, as_of="2018-01-01")
    assert [(r["customer_id"], r["joined_on"]) for r in rows["customer"]] == [
        ("7-A", date(2017, 11, 1)), ("8-B", date(2018, 1, 1)),
    ]  # fmt: skip
    assert [(r["kind"], r["amount"]) for r in rows["outcome"]] == [
        ("subscribe", 53.85), ("churn", 53.85), ("subscribe", 20.0),
    ]  # fmt: skip
    assert dict(check_source(find("telco"), path).rows) == {"customer": 2, "outcome": 3}


def test_cdnow_puts_a_customer_s_day_together(tmp_path: Path) -> None:
    path = tmp_path / "CDNOW_master.txt"
    path.write_text(
        " customer_id  date number_of_cds  dollar_value\n 00001 19970101  1   11.77\n"
        " 00002 19970112  1   12.00\n 00002 19970112  5   77.00\n"
    )
    rows, _ = read("cdnow", path)
    assert [(r["customer_id"], r["amount"]) for r in rows["outcome"]] == [("00001", 11.77), ("00002", 89.0)]
    assert dict(check_source(find("cdnow"), path).rows) == {"customer": 2, "outcome": 2}
    path.write_text(path.read_text() + " 00003 19971301  1   11.77\n")
    with pytest.raises(BadInput, match="a day that is none"):
        read("cdnow", path)


REAL = {
    "shopify": ("fmt_fivetran_shopify", {"customer": 14, "outcome": 9}),
    "stripe": ("fmt_fivetran_stripe", {"customer": 11, "outcome": 21}),
    "telco": ("telco_churn/Telco-Customer-Churn.csv", {"customer": 7043, "outcome": 7043 + 1869}),
    "cdnow": ("lifetimes_cdnow/CDNOW_sample.txt", {"customer": 2357, "outcome": 6696}),
}
"""1,869 of 7,043 Telco customers churned; the CDNOW sample has 2,357 customers (Fader and Hardie)."""


@pytest.mark.parametrize("name", REAL)
def test_real_exports_conform(name: str) -> None:
    where, rows = REAL[name]
    if not (DATA / where).exists():
        pytest.skip(f"needs shared/data/{where}, which is not part of the project")
    assert recognise(DATA / where)[0][1].name == name
    assert dict(check_source(find(name), DATA / where).rows) == rows
