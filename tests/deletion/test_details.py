"""Names, owners and times in columns: what goes in comes out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zohotui.deletion.model import narrow
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


def seconds_of(text: str) -> int:
    """Return a time that is as Zoho writes it, in seconds since the epoch; 0 for any other."""
    try:
        seconds = int(datetime.fromisoformat(text).astimezone(UTC).timestamp())
    except (ValueError, OverflowError):
        return 0
    as_written = len(text) == len("2026-11-20T10:11:12+01:00") and text[19] in "+-"
    return seconds if as_written and seconds > 0 else 0


@given(
    records=st.lists(RECORDS, min_size=1, max_size=12),
    size=st.integers(1, 5),
    moment=st.sampled_from([0.0, 1_795_169_471.9, 1_795_169_472.0, 1_795_169_473.0, 2.0**40]),
    data=st.data(),
)
def test_what_columns_come_to_is_what_the_records_do(
    records: list[Record], size: int, moment: float, data: st.DataObject
) -> None:
    details = Details(len(records) + 1)
    for place, record in enumerate(records):
        details.put(place, record)
    places: Sequence[int] = data.draw(
        st.just(range(len(records)))
        | st.lists(st.integers(0, len(records) - 1), unique=True).map(sorted)
    )
    told = [one for place in places if seconds_of(one := records[place].modified)]
    ends = min(told, key=seconds_of, default=""), max(told, key=seconds_of, default="")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(narrow, "_SLICE", size)
        assert details.span(places) == ends
        assert details.owners(places) == Counter(records[place].owner for place in places)
        later = sum(seconds_of(one) >= int(moment) for one in told)
        assert details.changed_since(places, moment) == later
