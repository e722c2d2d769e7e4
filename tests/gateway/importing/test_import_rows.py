"""Rows are found by physical lines, whatever quotes do."""

from io import StringIO

from hypothesis import given
from hypothesis import strategies as st

from gateway.importing.rows import Lines, Reject, Row, rows


def found(text: str, width: int = 3) -> list[Row | Reject]:
    return list(
        rows(
            Lines(StringIO(text, newline="\n")),
            delimiter=",",
            width=width,
            begins=lambda cells: cells[0].isdigit(),
        )
    )


def test_a_quote_that_closes_after_a_hundred_lines_is_none() -> None:
    many = "\n".join(['1,"a', *["more"] * 100, 'end",c', "2,b,c"])
    few = "\n".join(['1,"a', *["more"] * 99, 'end",c', "2,b,c"])
    assert [row.line for row in found(few) if isinstance(row, Row)] == [1, 102]
    assert [row.line for row in found(many) if isinstance(row, Row)] == [103]


def test_a_cell_of_more_than_a_million_characters_is_an_open_quote() -> None:
    first, *_, last = found(f'1,"a\n{"x" * 600_000}\n{"x" * 600_000}\nend",c\n2,b,c\n')
    assert isinstance(first, Reject)
    assert isinstance(last, Row)


def test_a_stray_quote_on_the_next_row_does_not_close_an_open_one() -> None:
    first, second = found('1,"a,b\n2,a",b\n')
    assert isinstance(first, Reject)
    assert second == Row(2, ("2", 'a"', "b"), '2,a",b')


def test_the_last_line_needs_no_end() -> None:
    assert found("1,a,b\n2,a,b") == [
        Row(1, ("1", "a", "b"), "1,a,b"),
        Row(2, ("2", "a", "b"), "2,a,b"),
    ]


cells = st.text(alphabet='ab ,"\n', max_size=6)


@given(st.lists(st.tuples(cells, cells), max_size=6))
def test_well_quoted_rows_come_back_as_they_were_written(pairs: list[tuple[str, str]]) -> None:
    def quoted(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"'

    text = "".join(
        f"{index},{quoted(one)},{quoted(other)}\n" for index, (one, other) in enumerate(pairs)
    )
    got = [row.cells for row in found(text) if isinstance(row, Row)]
    assert got == [(str(index), *pair) for index, pair in enumerate(pairs)]


@given(st.lists(st.text(alphabet='1a,"', min_size=1, max_size=9), max_size=8))
def test_whatever_stands_around_it_a_whole_row_is_read(noise: list[str]) -> None:
    whole = "7,whole,row"
    text = "\n".join(line for piece in noise for line in (piece, whole))
    got = [row for row in found(text) if isinstance(row, Row) and row.raw == whole]
    assert [row.line for row in got] == [2 * (index + 1) for index in range(len(noise))]


@given(st.text(alphabet='1a,"\n', max_size=60))
def test_no_line_is_lost(text: str) -> None:
    lines = [line for line in text.split("\n") if line.strip()]
    told = [line for row in found(text) for line in row.raw.split("\n") if line.strip()]
    assert told == lines
