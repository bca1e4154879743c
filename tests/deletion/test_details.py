"""Names, owners and times in columns: what goes in comes out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from zohotui.deletion.review.record_columns import Details
from zohotui.zoho.records import Record

TIMES = st.sampled_from(
    [
        "",
        "2026-11-20T10:11:12+01:00",
        "2026-11-20T10:11:12+00:00",
        "2026-11-20T10:11:12-09:30",
        "2026-11-20T10:11:12Z",
        "2026-11-20T10:11:12.5+01:00",
        "1899-01-01T00:00:00+00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "2026-11-20",
        "yesterday",
        "2026-11-20T10:11:12+01:00:30",
    ]
)
RECORDS = st.builds(
    Record, st.just("7"), st.text(max_size=80), st.text(max_size=5), TIMES | st.text(), TIMES
)


@given(given_=st.lists(st.tuples(st.integers(0, 4), RECORDS), max_size=12))
def test_whatever_is_put_into_columns_comes_back_to_the_letter(
    given_: list[tuple[int, Record]],
) -> None:
    details = Details(5)
    for place, record in given_:
        details.put(place, record)
    last = dict(given_)
    for place in range(5):
        assert details.get(place, 7) == last.get(place)
        assert details.modified(place) == (last[place].modified if place in last else "")
