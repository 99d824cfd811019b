"""Which contract a date names (contract §1)."""

from datetime import date

import pytest

from crm.contracts import BASE, CHANGES, CONTRACTS, KEY_REUSE_REFUSED, NEWEST, resolve

TODAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("asked", "contract"),
    [
        ("2026-06-01", "2026-06-01"),
        ("2026-06-02", "2026-06-01"),
        ("2026-10-31", "2026-06-01"),
        ("2026-11-01", "2026-11-01"),
        ("2026-12-01", "2026-11-01"),
        ("2026-12-02", "2026-11-01"),
    ],
)
def test_a_date_means_the_newest_contract_not_after_it(asked: str, contract: str) -> None:
    assert resolve(asked, TODAY).name == contract


@pytest.mark.parametrize("asked", ["2026-05-31", "2026-12-03", "0001-01-01", "9999-12-31"])
def test_a_date_out_of_range_is_refused(asked: str) -> None:
    with pytest.raises(ValueError, match=r"^`Version` must be a date from 2026-06-01 to tomorrow \(UTC\)\.$"):
        resolve(asked, TODAY)


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "latest",
        "2026-6-1",
        "2026-06-31",
        "2026-02-29",
        "20260601",
        "2026-W23-1",
        "2026-06-01 ",
        "٢٠٢٦-٠٦-٠١",
        "2026-06-01T00:00:00Z",
    ],
)
def test_what_is_no_date_is_refused(asked: str) -> None:
    with pytest.raises(ValueError, match=r"^`Version` must be a date such as 2026-11-01\.$"):
        resolve(asked, TODAY)


def test_a_contract_has_everything_that_changed_by_then() -> None:
    assert not resolve("2026-10-31", TODAY).has(KEY_REUSE_REFUSED)
    assert resolve("2026-11-01", TODAY).has(KEY_REUSE_REFUSED)
    assert [each.dated for each in CONTRACTS] == sorted({BASE, *(change.since for change in CHANGES)})
    assert CONTRACTS[-1] is NEWEST
