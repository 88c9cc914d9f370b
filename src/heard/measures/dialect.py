"""The restricted SQL of measures: what may stand in it, which columns it reads, the same query for Spark (CONTRACTS 4).

Integer arithmetic and comparisons only: dates, divisions and text functions differ silently between engines.
"""

from functools import cache

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

from heard.errors import NotSupported
from heard.terms.tables import TABLES

ALLOWED: frozenset[type[exp.Expression]] = frozenset(
    {
        *(
            exp.Select,
            exp.From,
            exp.Join,
            exp.Where,
            exp.Group,
            exp.Having,
            exp.With,
            exp.CTE,
            exp.Subquery,
            exp.Exists,
        ),
        *(exp.Table, exp.TableAlias, exp.Column, exp.Identifier, exp.Alias, exp.Paren, exp.Distinct, exp.Star),
        *(exp.Literal, exp.Boolean, exp.Null, exp.And, exp.Or, exp.Not, exp.Is, exp.In, exp.Between),
        *(exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Add, exp.Sub, exp.Mul, exp.Neg),
        *(exp.Case, exp.If, exp.Coalesce, exp.Sum, exp.Count, exp.Min, exp.Max),
        *(exp.Window, exp.WindowSpec, exp.Lead, exp.Order, exp.Ordered),
    }
)
"""Kinds of nodes of the syntax tree that a measure may use; no Div, no Cast, no function without a class of its own."""


def faults_of(sql: str) -> tuple[str, ...]:
    """Names of the constructs of a query that are outside the restricted SQL; empty when it may be used.

    Example:
        >>> faults_of("SELECT a FROM moment WHERE b = 1"), faults_of("SELECT date_diff('day', a, b) FROM moment")
        ((), ('DateDiff', 'Var'))
    """
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    kinds = {type(node).__name__ for node in tree.walk() if type(node) not in ALLOWED}
    starred = any(not isinstance(star.parent, exp.Count) for star in tree.find_all(exp.Star))
    return tuple(sorted(kinds | ({"SelectStar"} if starred else set())))


def for_spark(sql: str) -> str:
    """The same query for Spark.

    Raises:
        NotSupported: Some construct has no counterpart there, or lies outside the restricted SQL.
    """
    if faults := faults_of(sql):
        raise NotSupported(
            "SQL of a measure", got=", ".join(faults), expected="the restricted SQL of heard.measures.dialect"
        )
    spark: list[str] = sqlglot.transpile(sql, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)
    return spark[0]


@cache
def columns_of(sql: str, tables: frozenset[str]) -> frozenset[str]:
    """Columns of canonical tables that a query reads, as `table.column`.

    Raises:
        NotSupported: The query names a table or a column that does not exist.
    """
    schema = {name: {column.name: "int" for column in TABLES[name].columns} for name in tables}
    try:
        tree = qualify(sqlglot.parse_one(sql, dialect="duckdb"), schema=schema, dialect="duckdb")
    except sqlglot.errors.OptimizeError as error:
        raise NotSupported(
            "SQL of a measure", got=str(error), expected="columns of the tables that it declares"
        ) from error
    found = set()
    for scope in traverse_scope(tree):
        for column in scope.columns:
            source = scope.sources.get(column.table)
            if isinstance(source, exp.Table):
                found.add(f"{source.name}.{column.name}")
    return frozenset(found)
