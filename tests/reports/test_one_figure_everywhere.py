"""One figure is the same figure wherever it is shown, and its events add up to it."""

import json
from collections import Counter
from datetime import date
from fractions import Fraction
from io import StringIO
from random import Random

import pytest
import time_machine
from django.core.management import call_command

from targets.models import Indicator
from tests import make

from . import surfaces
from .chance import Office

TODAY = date(2026, 8, 15)  # a year that still runs
NOW = "2026-08-15T02:00:00+00:00"
DAY = "15/08/2026"


def city_of(zones, clusters):
    """The zones of a city by code, each named by its code: zone committees with clusters below them."""
    city = make.city()
    found = {city.code: city}
    for number in range(1, zones + 1):
        above = found[f"HP-K{number}"] = make.zone(f"HP-K{number}")
        for below in range(1, clusters + 1):
            code = f"HP-K{number}-{below}"
            found[code] = make.zone(code, parent=above)
    return found


def live_through(zones, *, first_year, acts, seed):
    """Let chance write the ledger of ``zones``: years of plain work, then ``acts`` tries. Returns what was done."""
    office = Office(Random(seed), zones, first_year=first_year, last_day=TODAY)
    office.fill()
    for _try in range(acts):
        office.act()
    return office.done


class Comparison:
    """What every surface says of the figures of ``pairs`` (zone code, year), held against the API's answer."""

    def __init__(self, client, pairs):
        self.client = client
        self.pairs = sorted(pairs)
        self.names = dict(Indicator.objects.filter(is_active=True).values_list("code", "name"))
        self.years = {zone: [year for code, year in self.pairs if code == zone] for zone, _year in self.pairs}
        self.rows = {}  # (zone, indicator's name, year) → the row of the API
        self.compared, self.differences = Counter(), []

    def run(self):
        for zone, years in self.years.items():
            self.ask_api(zone, years)
            self.command(zone, years)
            self.papers(zone, years)
        for zone, year in self.pairs:
            self.pages(zone, year)
        for (zone, name, year), row in self.rows.items():
            self.check_arithmetic(zone, name, year, row)
            if row["actual"] is not None:
                self.add_up(zone, name, year, row)
        for zone, years in self.years.items():
            self.list_events(zone, years)
        assert self.differences[:20] == [], f"{len(self.differences)} differences"
        return self.compared

    # ------------------------------------------------------------------ what is expected

    def ask_api(self, zone, years):
        question = {"zone": zone, "from": years[0], "to": years[-1], "as_of": TODAY.isoformat()}
        answer = self.client.get("/api/v1/attainment/", question).json()
        assert (answer["zone"], answer["as_of"]) == (zone, TODAY.isoformat())
        self.answer = answer
        for row in answer["rows"]:
            if row["year"] in years:
                self.rows[zone, self.names[row["indicator"]], row["year"]] = row

    def expected(self, row):
        standing = row["standing"]
        if standing == "below" and "pace" in row:
            standing = row["pace"]  # of a year that still runs nobody is below
        if standing == "not_reported" and row["year"] == TODAY.year:
            standing = "no_data"
        return {name: row[name] for name in ("actual", "low", "high", "percent")} | {"standing": standing}

    def compare(self, surface, zone, years, found):
        """Hold what a surface says against the answer; it must speak of every figure, in each of its parts."""
        for year in years:
            for name in self.names.values():
                row = self.expected(self.rows[zone, name, year])
                for part, told in found[name, year].items():
                    self.compared[f"{surface}, {part}"] += 1
                    wanted = {key: row[key] for key in told}
                    if told != wanted:
                        self.differences.append((surface, part, zone, year, name, told, wanted))

    # ------------------------------------------------------------------ surfaces

    def command(self, zone, years):
        out = StringIO()
        asked = {"zone": zone, "first_year": years[0], "last_year": years[-1], "as_of": DAY, "json": True}
        call_command("attainment", **asked, stdout=out)
        told = json.loads(out.getvalue())
        self.compared["command, rows"] += len([row for row in told["rows"] if row["year"] in years])
        if told != self.answer:
            self.differences.append(("command", zone, told))

    def papers(self, zone, years):
        question = {"zone": zone, "from": years[0], "year": years[-1], "as_of": DAY}
        page = self.client.get("/reports/attainment/", question)
        self.compare("page of the report", zone, years, surfaces.report_page(page))
        for surface, name, format, read in (
            ("CSV", "attainment", "csv", surfaces.csv_tables),
            ("XLSX", "attainment", "xlsx", surfaces.sheet_tables),
            ("DOCX", "attainment", "docx", surfaces.word_tables),
            ("DOCX of the inspection", "inspection", "docx", surfaces.word_tables),
        ):
            answer = self.client.get(f"/reports/{name}/", question | {"format": format})
            assert answer.status_code == 200, (surface, answer.content[:500])
            self.compare(surface, zone, years, surfaces.annexes(read(answer.content)))

    def pages(self, zone, year):
        question = {"zone": zone, "year": year, "as_of": DAY}
        page = surfaces.read_page(self.client.get("/dashboard/", question))
        for name, url in surfaces.links_of_rows(page).items():
            assert f"zone={zone}&" in url and f"year={year}&" in url, (name, url)
        self.compare("dashboard", zone, [year], surfaces.dashboard(page, year))
        page = surfaces.read_page(self.client.get("/targets/", question))
        self.compare("page of targets", zone, [year], surfaces.targets_page(page, year))

    # ------------------------------------------------------------------ what it is made of

    def check_arithmetic(self, zone, name, year, row):
        """Percent and standing, worked out once more from the three whole numbers."""
        actual, low, high = row["actual"], row["low"], row["high"]
        percent = standing = None
        if actual is not None and low:
            tenths = Fraction(1000 * actual, low)
            rounded = (2 * tenths.numerator + tenths.denominator) // (2 * tenths.denominator)
            percent = f"{rounded // 10}.{rounded % 10}"
        if actual is not None:
            standing = "below" if low and actual < low else "exceeded" if low is not None and actual > high else "met"
            standing = "no_target" if low is None else standing
        self.compared["arithmetic"] += 1
        if percent != row["percent"] or standing not in (None, row["standing"]):
            self.differences.append(("arithmetic", zone, year, name, row))

    def add_up(self, zone, name, year, row):
        """The list behind the API's link, all pages of it."""
        url, total = f"{row['events']}&page_size=500", 0
        while url:
            page = self.client.get(url).json()
            total += sum(event["quantity"] for event in page["results"])
            url = page["next"]
        self.compared["events of the API"] += 1
        if total != (row["actual"] or 0):
            self.differences.append(("events of the API", zone, year, name, total, row["actual"]))

    def list_events(self, zone, years):
        """The page that lists the events of several years."""
        for code, name in self.names.items():
            question = f"zone={zone}&from={years[0]}&year={years[-1]}&as_of={DAY}"
            sums = surfaces.events_by_year(self.client, f"/figures/{code}/?{question}")
            for year in years:
                actual = self.rows[zone, name, year]["actual"] or 0
                self.compared["page of events"] += 1
                if sums.get(year, 0) != actual:
                    self.differences.append(("page of events", zone, year, name, sums.get(year, 0), actual))


def compare_everywhere(client, zones, years, pairs, *, acts, seed):
    """Compare that many pairs of ``zones`` × ``years``; returns what was done, what was compared, the rows."""
    with time_machine.travel(NOW, tick=True):
        done = live_through(list(zones.values()), first_year=years[0], acts=acts, seed=seed)
        client.force_login(make.user("truong", role="leader", zone=make.city()))  # reads all of it, types nothing
        chosen = Random(seed).sample([(zone, year) for zone in zones for year in years], pairs)
        comparison = Comparison(client, chosen)
        compared = comparison.run()
    return done, compared, comparison.rows


def test_a_sample_of_figures_is_the_same_everywhere(client, db):
    zones = city_of(1, 1)
    del zones["HP"]
    _done, compared, rows = compare_everywhere(client, zones, range(2023, 2027), 4, acts=25, seed=2028)

    numbers = compared.pop("events of the API")  # where nothing was reported there is no number to open
    assert len(compared) == 16 and set(compared.values()) == {4 * 7}
    assert numbers == sum(row["actual"] is not None for row in rows.values()) > 0
    assert len({row["standing"] for row in rows.values()}) >= 5


@pytest.mark.full
def test_the_figures_of_five_hundred_zones_and_years_are_the_same_everywhere(client, db, record_property):
    done, compared, rows = compare_everywhere(
        client, city_of(5, 4), range(2007, 2027), 500, acts=400, seed=2028
    )  # fmt: skip
    standings = Counter(row["standing"] for row in rows.values())
    for name, times in sorted((done | compared | standings).items()):
        record_property(name, times)

    assert compared.pop("events of the API") > 1000
    assert len(compared) == 16 and set(compared.values()) == {500 * 7}
    assert len(standings) == 6
