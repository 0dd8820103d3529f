"""Rows are shown as a table, however they were written down."""

from __future__ import annotations

import pytest

from review_app.reading.tables import found_table, table_in_text, table_of_dicts

COLUMNS = [{"name": "city", "type_name": "STRING"}, {"name": "n", "type_name": "LONG"}]
EXPECTED = (("Bern", "2"), ("–", "3"))


@pytest.mark.parametrize(
    "value",
    [
        {"columns": ["city", "n"], "rows": [["Bern", 2], [None, 3]]},
        {"columns": ["city", "n"], "data": [["Bern", 2], [None, 3]], "index": [0, 1]},
        {"schema": {"fields": [{"name": "city"}, {"name": "n"}]},
         "rows": [{"f": [{"v": "Bern"}, {"v": "2"}]}, {"f": [{"v": None}, {"v": "3"}]}]},
        {"manifest": {"schema": {"columns": COLUMNS}},
         "result": {"data_array": [["Bern", "2"], [None, "3"]]}},
        {"manifest": {"schema": {"columns": COLUMNS}},
         "result": {"data_typed_array": [{"values": [{"str": "Bern"}, {"str": "2"}]},
                                         {"values": [{}, {"str": "3"}]}]}},
        {"manifest": {"schema": {"columns": COLUMNS}},
         "result": {"data_array": [{"values": [{"string_value": "Bern"}, {"string_value": "2"}]},
                                   {"values": [{"null_value": "NULL_VALUE"},
                                               {"string_value": "3"}]}]}},
        {"records": [{"city": "Bern", "n": 2}, {"city": None, "n": 3}]},
    ],
)  # fmt: skip
def test_rows_of_every_writer(value):
    """Genie, SQL warehouses, BigQuery, pandas and plain rows give the same table."""
    table = found_table(value).table
    assert table.columns == ("city", "n")
    assert table.rows == EXPECTED


def test_a_cut_result_says_so():
    """The number of rows that the source had is kept, and that some are missing."""
    found = found_table(
        {
            "manifest": {"schema": {"columns": COLUMNS}, "total_row_count": 640},
            "result": {"data_array": [["Bern", "2"]]},
        }
    )
    assert found.table.total_rows == 640
    assert found.truncated
    whole = found_table({"columns": ["a"], "rows": [[1]], "row_count": "1"})
    assert (whole.table.total_rows, whole.truncated) == (1, False)


def test_rows_without_names_and_without_rows():
    """Rows without names get numbered columns; a result without rows keeps its columns."""
    assert found_table({"rows": [[42, 1]]}).table.columns == ("column 1", "column 2")
    empty = found_table({"columns": ["a"], "rows": []}).table
    assert (empty.columns, empty.rows) == (("a",), ())


def test_tables_in_text():
    """Markdown tables and Python's print of rows are tables, other text is not."""
    markdown = "| | city | n |\n|---:|:---|---:|\n| 0 | Bern | 2 |"
    assert table_in_text(markdown).rows == (("0", "Bern", "2"),)
    assert table_in_text("[(1, 'x'), (2, None)]").rows == (("1", "x"), ("2", "–"))
    assert table_in_text("[(1, open)]") is None
    assert table_in_text("| no table") is None


def test_only_rows_of_one_shape_make_a_table():
    """Dicts of different shapes, or with long texts, are not forced into a table."""
    assert table_of_dicts([{"a": 1}, {"b": 2}, {"c": 3}]) is None
    assert table_of_dicts([{"a": "x" * 400}]) is None
    assert table_of_dicts([{"a": 1, "b": [1]}, {"a": 2}]).rows == (("1", "[1]"), ("2", ""))
