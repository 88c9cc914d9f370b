"""Stripe's tables as a loader lands them: subscriptions and their history, invoices, charges, refunds, credit notes."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import ClassVar

from heard.errors import BadInput
from heard.sources.base import Row, batches_of
from heard.sources.documents import guarded
from heard.sources.fields import ident, is_true, required
from heard.sources.money import amount_of, currency_of, filled, in_units
from heard.sources.times import Clock
from heard.sources.warehouse import Record, Tables
from heard.terms.batch import Batch, Window

CLOCK = Clock(zone=UTC)
"""Loaders land instants without a zone, in UTC."""
MONTHS_OF = {"day": 12 / 365, "week": 12 / 52, "month": 1.0, "year": 12.0}
PAYMENT_REASONS = frozenset({"payment_failed", "payment_disputed"})
PAYMENT_STATES = frozenset({"unpaid", "incomplete_expired", "past_due"})
"""How a subscription ends when the money and not the customer gave out (docs.stripe.com/billing/subscriptions)."""


class Stripe:
    """Stripe's warehouse tables.

    `subscription`, or `subscription_history`, is needed. Recurring revenue of a month comes from `subscription_item`
    with `plan` or `price`; changes of it between rows of the history are upgrades and downgrades. A paid invoice of a
    subscription is a renewal, another paid invoice an order; a failed charge is a failed payment. Records of test mode
    are left out unless the option `test_mode` is "keep". Amounts are in whole units of their own currency.
    """

    name: ClassVar[str] = "stripe"
    title: ClassVar[str] = "Stripe (warehouse tables)"
    fills: ClassVar[frozenset[str]] = frozenset({"customer", "outcome"})
    opaque_ids: ClassVar[bool] = True
    expects: ClassVar[str] = (
        "A folder of Stripe's warehouse tables as CSV or parquet: subscription or subscription_history, best with "
        "customer, subscription_item, plan or price, invoice, charge, refund and credit_note."
    )

    def sniff(self, path: Path) -> float:
        """How sure, 0 to 1: subscriptions with Stripe's columns."""
        tables = Tables(path)
        found = tables.columns("subscription") | tables.columns("subscription_history")
        return 0.95 if {"customer_id", "billing_cycle_anchor", "cancel_at_period_end"} <= found else 0.0

    def read(self, path: Path, window: Window, options: Mapping[str, str]) -> Iterator[Batch]:
        """Customers and outcomes; BadInput when there is no table of subscriptions."""
        tables = Tables(path)
        if not (tables.has("subscription") or tables.has("subscription_history")):
            raise BadInput(
                "Stripe tables", where=path.name, got="no table subscription", expected=self.expects,
                todo="Check the folder.",
            )  # fmt: skip
        ledger = _Ledger(tables, keeps_tests=options.get("test_mode") == "keep")
        yield from batches_of(guarded(ledger.rows(window), "Stripe tables"), left_out=ledger.left_out)


@dataclass(slots=True)
class _Ledger:
    tables: Tables
    keeps_tests: bool
    left_out: Counter[str] = field(default_factory=Counter)
    _months: dict[str, tuple[float, str | None]] = field(default_factory=dict)
    _charged: dict[str, str] = field(default_factory=dict)
    _billed: dict[str, str] = field(default_factory=dict)

    def rows(self, window: Window) -> Iterator[tuple[str, Row]]:
        yield from self._customers()
        self._learn_revenue()
        steps: tuple[Callable[[], Iterator[Row]], ...] = (
            self._subscriptions, self._invoices, self._failed_charges,
            partial(self._given_back, "refund", "charge_id", self._charged),
            partial(self._given_back, "credit_note", "invoice_id", self._billed),
        )  # fmt: skip
        for step in steps:
            for row in step():
                if window.holds(row["occurred_at"]):
                    yield "outcome", row
                else:
                    self.left_out["outside the window"] += 1

    def _live(self, table: str, *needs: str) -> Iterator[Record]:
        """Rows of a table that count: not deleted, and of live mode."""
        for row in self.tables.rows(table, *needs):
            if is_true(row.get("is_deleted"), default=False):
                self.left_out[f"deleted {table}"] += 1
            elif not (self.keeps_tests or is_true(row.get("livemode"), default=True)):
                self.left_out[f"{table} of test mode"] += 1
            else:
                yield row

    def _customers(self) -> Iterator[tuple[str, Row]]:
        for row in self._live("customer", "id", "created"):
            joined = _instant(row, "created")
            one = required(row["id"], "customer id")
            yield "customer", {"customer_id": one, "joined_on": joined.date() if joined else None}

    def _learn_revenue(self) -> None:
        """Revenue of a month by subscription and one unit of its quantity, from its items' plans or prices."""
        prices = {str(row["id"]): _monthly(row) for table in ("plan", "price") for row in self.tables.rows(table, "id")}
        for row in self.tables.rows("subscription_item", "subscription_id"):
            price = prices.get(str(row.get("plan_id") or row.get("price_id")))
            if price is not None and price[0] is not None:
                total, currency = self._months.get(str(row["subscription_id"]), (0.0, price[1]))
                quantity = amount_of(row, "subscription_item", "quantity")
                self._months[str(row["subscription_id"])] = (
                    total + price[0] * (1.0 if quantity is None else quantity),
                    currency,
                )

    def _subscriptions(self) -> Iterator[Row]:
        """Start, changes and end of each subscription, its records in order of time."""
        history: dict[str, list[Record]] = defaultdict(list)
        table = "subscription_history" if self.tables.has("subscription_history") else "subscription"
        for row in self._live(table, "id", "customer_id"):
            history[required(row["id"], "subscription id")].append(row)
        for one, records in history.items():
            customer = ident(filled(records[-1]["customer_id"]))
            if customer is None:
                self.left_out["subscription without a customer"] += 1
                continue
            yield from self._life(one, customer, sorted(records, key=_version))

    def _life(self, one: str, customer: str, records: list[Record]) -> Iterator[Row]:
        last = records[-1]
        monthly, currency = self._months.get(one, (None, None))
        shared = {"customer_id": customer, "currency": currency}
        started = _instant(last, "start_date", "created")
        trial_end = _instant(last, "trial_end")
        ended = _instant(last, "ended_at")
        begins = trial_end if trial_end and started and started < trial_end and ended != trial_end else started
        yield shared | {
            "outcome_id": f"subscribe/{one}", "kind": "subscribe", "occurred_at": begins, "amount": monthly,
        }  # fmt: skip
        yield from self._changes(one, shared, records, monthly)
        if str(last.get("status") or "").lower() == "canceled":
            ended = ended or _instant(last, "canceled_at")
        if ended is not None:
            yield shared | {
                "outcome_id": f"churn/{one}", "kind": "churn", "occurred_at": ended, "amount": monthly,
                "reason": filled(last.get("cancellation_details_feedback") or last.get("cancellation_reason")),
                "is_voluntary": _is_voluntary(last),
            }  # fmt: skip

    def _changes(self, one: str, shared: Row, records: list[Record], monthly: float | None) -> Iterator[Row]:
        """Changes of quantity, priced at what one unit costs now."""
        counts = [amount_of(row, "subscription", "quantity") for row in records]
        if monthly is None or not counts[-1]:
            return
        unit = monthly / counts[-1]
        for number in range(1, len(records)):
            before, after = counts[number - 1], counts[number]
            if before is not None and after is not None and before != after:
                yield shared | {
                    "outcome_id": f"change/{one}/{number}",
                    "kind": "upgrade" if after > before else "downgrade",
                    "occurred_at": _version_at(records[number]),
                    "amount": round(abs(after - before) * unit, 2),
                }  # fmt: skip

    def _invoices(self) -> Iterator[Row]:
        for row in self._live("invoice", "id", "customer_id"):
            one, customer = required(row["id"], "invoice id"), ident(filled(row["customer_id"]))
            if customer is None:
                self.left_out["invoice without a customer"] += 1
                continue
            self._billed[one] = customer
            currency = currency_of(row, "currency")
            paid = in_units(amount_of(row, "invoice", "amount_paid"), currency)
            if not paid:
                self.left_out["invoice that was not paid"] += 1
                continue
            yield {
                "outcome_id": f"invoice/{one}",
                "customer_id": customer,
                "kind": "renewal" if filled(row.get("subscription_id")) else "order",
                "occurred_at": _instant(row, "status_transitions_paid_at", "created", "period_start"),
                "amount": paid,
                "currency": currency,
            }

    def _failed_charges(self) -> Iterator[Row]:
        for row in self._live("charge", "id", "customer_id", "status"):
            one, customer = required(row["id"], "charge id"), ident(filled(row["customer_id"]))
            if customer is None:
                self.left_out["charge without a customer"] += 1
                continue
            self._charged[one] = customer
            if str(row["status"]).lower() == "failed":
                currency = currency_of(row, "currency")
                yield {
                    "outcome_id": f"charge/{one}",
                    "customer_id": customer,
                    "kind": "payment_failed",
                    "occurred_at": _instant(row, "created"),
                    "amount": in_units(amount_of(row, "charge", "amount"), currency),
                    "currency": currency,
                    "reason": filled(row.get("failure_code")),
                    "is_voluntary": False,
                }

    def _given_back(self, table: str, of: str, customers: Mapping[str, str]) -> Iterator[Row]:
        """Refunds of charges, credit notes on invoices."""
        for row in self._live(table, "id", of):
            customer = customers.get(str(row[of]))
            if customer is None:
                self.left_out[f"{table} of an unknown {of.removesuffix('_id')}"] += 1
                continue
            if str(row.get("status") or "").lower() in ("failed", "canceled", "void"):
                self.left_out[f"{table} that was not given"] += 1
                continue
            currency = currency_of(row, "currency")
            yield {
                "outcome_id": f"{table}/{row['id']}",
                "customer_id": customer,
                "kind": "refund" if table == "refund" else "credit",
                "occurred_at": _instant(row, "created"),
                "amount": in_units(amount_of(row, table, "amount"), currency),
                "currency": currency,
                "reason": filled(row.get("reason")),
            }


def _monthly(row: Record) -> tuple[float | None, str | None]:
    """Price of a plan or price brought to a month, and its currency; None for one that does not recur."""
    currency = currency_of(row, "currency")
    amount = in_units(amount_of(row, "plan", "amount", "unit_amount"), currency)
    months = MONTHS_OF.get(str(row.get("interval") or row.get("recurring_interval") or "").lower())
    count = amount_of(row, "plan", "interval_count", "recurring_interval_count") or 1.0
    return (None if amount is None or months is None else amount / (months * count)), currency


def _is_voluntary(row: Record) -> bool | None:
    """False when the payment failed, True when the customer asked, None when nothing says which."""
    reason = str(filled(row.get("cancellation_details_reason")) or "").lower()
    if reason in PAYMENT_REASONS or str(row.get("status") or "").lower() in PAYMENT_STATES:
        return False
    asked = reason == "cancellation_requested" or is_true(row.get("cancel_at_period_end"), default=False)
    return True if asked else None


def _version(row: Record) -> tuple[datetime, int]:
    at = _version_at(row)
    active = is_true(row.get("_fivetran_active"), default=False)
    return at or datetime(1970, 1, 1, tzinfo=UTC), int(active)


def _version_at(row: Record) -> datetime | None:
    return _instant(row, "_fivetran_start", "_fivetran_synced")


def _instant(row: Record, *columns: str) -> datetime | None:
    for column in columns:
        if (value := filled(row.get(column))) is not None:
            return CLOCK.instant(value, f"column {column}")
    return None


STRIPE = Stripe()
