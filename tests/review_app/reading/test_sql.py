"""SQL is told from sentences, and stands with the rows it brought back."""

from __future__ import annotations

import pytest

from review_app.reading.sql import find_queries, is_sql, looks_like_sql


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1",
        "select a, b from t",
        "  -- monthly\nSELECT region, sum(amount) FROM sales GROUP BY 1",
        "/* x */ WITH x AS (select 1) select * from x",
        "(SELECT a FROM t) UNION (SELECT b FROM u)",
        "select t.a as x, case when a then b else c end foo from t",
        "SELECT customer_name contract_id FROM x",
        "SELECT DISTINCT TOP 5 a FROM t",
        "UPDATE t SET a = 1",
        "delete from t where a = 1",
        "INSERT INTO t (a) VALUES (1)",
        "MERGE INTO main.t USING s ON t.a = s.a WHEN MATCHED THEN DELETE",
        "CREATE OR REPLACE TEMPORARY VIEW v AS SELECT 1",
        "show tables",
        "describe main.sales.orders",
        "EXPLAIN SELECT 1",
    ],
)
def test_sql_is_recognised(text):
    """Queries of every kind are shown as SQL."""
    assert looks_like_sql(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "select the best hotel from the list",
        "Show me revenue",
        "describe the policy",
        "describe contract",
        "with regards to your letter",
        "update my address",
        "delete from my list the third",
        "How many orders from Toronto?",
        "Select a hotel for me",
        "Create a table of results for me",
    ],
)
def test_sentences_are_no_sql(text):
    """A user's words that start like SQL stay words."""
    assert not looks_like_sql(text)


def test_the_key_decides_in_doubt():
    """What is recorded as SQL is SQL; a query may be a question."""
    assert is_sql("generated_sql", "TABLE sales")
    assert not is_sql("query", "orders per city")
    assert is_sql("query", "SELECT city FROM orders")
    assert not is_sql("title", "SELECT city FROM orders")
    assert not is_sql("sql", None)


def test_each_query_has_its_own_rows():
    """Two queries in one result are not mixed up."""
    answer = {
        "attachments": [
            {"query": {"query": "SELECT 1", "result": {"columns": ["a"], "rows": [[1]]}}},
            {"query": {"query": "SELECT 2", "result": {"columns": ["b"], "rows": [[2], [3]]}}},
        ]
    }
    queries = find_queries(answer).queries
    assert [(query.sql, query.table.rows) for query in queries] == [
        ("SELECT 1", (("1",),)),
        ("SELECT 2", (("2",), ("3",))),
    ]
