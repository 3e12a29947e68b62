"""The demo in its smallest size: whole, honest and the same every time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.test import Client

from qianxian.cli.verify import faults
from qianxian.core.definitions import catalogue
from qianxian.core.models import Absence, Commit, Handover, Place, Revision, Stream, User
from qianxian.demo import ACCOUNTS, PASSWORD, make_demo
from qianxian.imports.models import ImportRun, StagedRow
from qianxian.indicators.models import LakeFile, ReportedFigure, Target
from qianxian.indicators.queries import Reading
from qianxian.ledgers import privacy
from qianxian.ledgers.history import versions
from qianxian.ledgers.models import Attestation, Entry
from qianxian.plans.models import Plan
from qianxian_figures import Period

TODAY = date(2026, 11, 18)
YEARS = (Period.year(2025), Period(date(2026, 1, 1), date(2026, 11, 17)))


@pytest.fixture
def quiet() -> Callable[[str], None]:
    return lambda line: None


@pytest.fixture
def township(db: None, quiet: Callable[[str], None]) -> Iterator[Place]:
    make_demo(TODAY, quiet, size=0)
    yield Place.objects.get(level=Place.Level.TOWNSHIP)


@pytest.mark.slow
def test_the_smallest_demo_holds_what_the_demo_is_to_show(township: Place) -> None:
    _history_bears_it_out(township)
    _figures_are_the_same_on_both_engines(township)
    _everybody_can_sign_in()
    _nothing_private_is_in_history()
    _records_are_in_the_order_of_their_days()
    _villages_merged_and_one_is_behind(township)
    _last_years_report_differs_in_one_figure(township)
    _there_is_something_to_do()
    _every_line_has_its_matters()


def _history_bears_it_out(township: Place) -> None:
    assert list(faults(Stream.objects.get(township=township))) == []
    assert LakeFile.objects.filter(stream=township.pk, is_retired=False).exists()


def _figures_are_the_same_on_both_engines(township: Place) -> None:
    reading = Reading.of(township)
    codes = list(Place.objects.within(township.path).values_list("code", flat=True))
    names = list(reading.catalogue.indicators)

    fast = reading.figures(names, codes, YEARS)
    plain = reading.figures(names, codes, YEARS, engine="reference")

    assert [f.value for f in fast] == [f.value for f in plain]
    whole = dict(zip(names, reading.figures(names, [township.code], YEARS[:1]), strict=True))
    assert (whole["toilets_renovated"].value or 0) >= 5
    assert (whole["cleanup_activities"].value or 0) >= 20


def _everybody_can_sign_in() -> None:
    names = list(User.objects.values_list("username", flat=True))
    assert {account.username for account in ACCOUNTS} <= set(names)
    assert all(authenticate(None, username=name, password=PASSWORD) for name in names)
    assert not User.objects.filter(is_demo=False).exists()


def _nothing_private_is_in_history() -> None:
    household = Entry.objects.filter(ledger="household").first()
    renovation = Entry.objects.filter(ledger="toilet_renovation").first()
    assert household
    assert renovation
    phone = _private(household, "phone")
    account = _private(renovation, "payee_account")

    bodies = "".join(Revision.objects.values_list("body", flat=True))

    assert phone not in bodies
    assert account not in bodies
    assert "1999900" not in bodies


def _private(entry: Entry, field: str) -> str:
    found = privacy.read(entry.pk, field)
    assert found
    return found


def _records_are_in_the_order_of_their_days() -> None:
    moments = list(Commit.objects.order_by("number").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert moments[-1].date() < TODAY


def _villages_merged_and_one_is_behind(township: Place) -> None:
    villages = Place.objects.within(township.path).filter(level=Place.Level.VILLAGE)
    merged = villages.get(valid_to__isnull=False)
    assert merged.valid_to == date(2026, 6, 30)
    assert merged.successor is not None
    standing = Entry.objects.filter(ledger="household", place__path__startswith=merged.path)
    assert not standing.exists()
    october = Attestation.objects.filter(start=date(2026, 10, 1), ledger="cleanup").count()
    assert october == villages.filter(valid_to__isnull=True).count() - 1
    assert Attestation.objects.filter(is_zero=True).exists()


def _last_years_report_differs_in_one_figure(township: Place) -> None:
    printed = ReportedFigure.objects.filter(
        indicator="toilets_renovated", place=township, start=date(2025, 1, 1), status="actual"
    ).get()
    counted = Reading.of(township).figures(["toilets_renovated"], [township.code], YEARS[:1])[0]
    assert counted.value is not None
    assert printed.value == counted.value + 2


def _there_is_something_to_do() -> None:
    open_matters = Entry.objects.open_matters()
    assert open_matters.filter(due_on__lt=TODAY).exists()
    assert Absence.objects.filter(first_day__lte=TODAY, last_day__gte=TODAY).exists()
    assert Entry.objects.filter(late=True).exists()
    assert Plan.objects.count() == 2
    targets = Target.objects.filter(start=date(2026, 1, 1))
    wholes = {whole.indicator: whole.value for whole in targets.filter(place__level="township")}
    assert len(wholes) >= 5
    for indicator, whole in wholes.items():
        shares = targets.filter(indicator=indicator, place__level="village")
        assert sum(share.value for share in shares) == whole
    moved = [e for e in Entry.objects.filter(ledger="household", version__gte=2) if _moved(e)]
    assert moved


def _every_line_has_its_matters() -> None:
    lines = {catalogue().ledgers[name].line for name in _ledgers()}
    assert lines >= {"common", "environment", "revitalisation", "safety", "office"}
    assert lines >= {"governance", "livelihood"}
    assert not Entry.objects.filter(ledger="petition", subject__isnull=False).exists()
    assert Entry.objects.filter(ledger="request", data__feedback="解决了").exists()
    taoxi = Entry.objects.filter(ledger="toilet_renovation", place__parent__name="桃溪村")
    assert taoxi.filter(state="surveyed").exists()
    hazards = Entry.objects.filter(ledger="hazard")
    assert hazards.filter(state="closed").exists()
    assert hazards.filter(due_on__lt=TODAY, risen__contains="overdue").exists()
    assert hazards.filter(data__level="重大", risen__contains="major").exists()
    assert Entry.objects.filter(ledger="monitoring", episode=2, state="helping").exists()
    assert Entry.objects.filter(ledger="assignment", state="assigned").exists()
    assert Entry.objects.exclude(campaign="").filter(ledger="home_visit").exists()
    assert ImportRun.objects.get().state == ImportRun.State.LANDED
    assert Handover.objects.filter(accepted_at__isnull=False).exists()
    assert Handover.objects.filter(accepted_at__isnull=True, withdrawn_at__isnull=True).exists()


def _ledgers() -> set[str]:
    return set(Entry.objects.values_list("ledger", flat=True))


def _moved(entry: Entry) -> bool:
    return any("place" in v.changes for v in versions(entry)[1:])


@pytest.mark.long
def test_the_same_seed_and_day_give_the_same_records(
    db: None, quiet: Callable[[str], None]
) -> None:
    from django.db import transaction

    def made() -> list[tuple[Any, ...]]:
        with transaction.atomic():
            make_demo(TODAY, quiet, size=0)
            found = list(Entry.objects.values_list("id", "ledger", "on", "state", "data"))
            # What came in by a file gets its key at the check, as for everybody.
            stalls = set(StagedRow.objects.values_list("entry", flat=True))
            transaction.set_rollback(True)
        return sorted([(None if row[0] in stalls else row[0], *row[1:]) for row in found], key=str)

    first, second = made(), made()

    assert first == second
    assert len(first) > 100


def test_an_account_says_how_to_sign_in_and_what_to_try(client: Client) -> None:
    said = [str(account) for account in ACCOUNTS]

    assert all(account.username in line for account, line in zip(ACCOUNTS, said, strict=True))
    assert all(PASSWORD in line for line in said)


@pytest.mark.long
@pytest.mark.parametrize("day", [date(2027, 1, 2), date(2026, 7, 4)])
def test_the_demo_can_be_made_on_any_day_of_the_year(
    db: None, quiet: Callable[[str], None], day: date
) -> None:
    make_demo(day, quiet, size=0)

    assert Commit.objects.latest("number").at.date() < day
    assert list(faults(Stream.objects.get())) == []
