import json
from datetime import date, datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from organizations.models import Zone
from reports.answers import table_json
from reports.counting import counting
from reports.figures import attainment_table
from reports.tables import Kind, Span, cell_text
from targets.periods import Part
from vietnamese.dates import format_date, parse_date
from vietnamese.errors import Unreadable
from vietnamese.ranges import format_range


class Command(BaseCommand):
    help = "Print what a zone attained of its targets, year by year and over each term."

    def add_arguments(self, parser):
        parser.add_argument("--zone", required=True, metavar="CODE")
        parser.add_argument("--from", required=True, type=int, dest="first_year", metavar="YEAR")
        parser.add_argument("--to", required=True, type=int, dest="last_year", metavar="YEAR")
        parser.add_argument("--part", default="year", metavar="PART", help=f"of each year: {', '.join(Part)}")
        parser.add_argument("--as-of", metavar="DATE", help="count what had taken effect by this day (default: today)")
        parser.add_argument("--known-at", metavar="TIME", help="count what was recorded by this moment (ISO 8601)")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *, zone, first_year, last_year, **options):
        row = Zone.objects.filter(code=zone).first()
        if row is None:
            raise CommandError(f"--zone {zone!r}: there is no zone of this code")
        if not 1930 <= first_year <= last_year <= 2100:
            raise CommandError(f"--from {first_year} --to {last_year}: give years from 1930 to 2100, the earlier first")
        table = attainment_table(
            zones=[row],
            first_year=first_year,
            last_year=last_year,
            as_of=self._day(options["as_of"]),
            known_at=self._moment(options["known_at"]),
            part=self._part(options["part"]),
        )
        if options["json"]:
            self.stdout.write(json.dumps(table_json(table, row), ensure_ascii=False))
        else:
            self._print(table, row)

    def _print(self, table, row):
        day = format_date(table.as_of)
        chosen = counting()
        self.stdout.write(f"{row.name} ({row.code}), {day}; {chosen.paper}")
        for year in table.years:
            for indicator in table.indicators:
                found = table.figure(row, indicator, year).attainment
                target = "—" if found.low is None else format_range(found.low, found.high)
                actual = "—" if found.actual is None else cell_text(found.actual, Kind.COUNT)
                rate = chosen.percent(found)
                percent = "—" if rate is None else cell_text(rate, Kind.PERCENT)
                code = table.period(year).code
                self.stdout.write(f"{code}  {indicator.code:<18}{actual:>9}{target:>16}{percent:>9}  {found.standing}")
        for first, last in table.terms:
            for indicator in table.indicators:
                term = table.over(row, indicator, first, last)
                actual = "—" if term.actual is None else cell_text(term.actual, Kind.COUNT)
                percents = "—"
                if term.percent_min is not None:
                    percents = cell_text(Span(term.percent_min, term.percent_max), Kind.PERCENT)
                self.stdout.write(f"{first}–{last}  {indicator.code:<18}{actual:>9}  {percents}")

    def _day(self, text) -> date:
        if text is None:
            return timezone.localdate()
        try:
            return parse_date(text)
        except Unreadable as error:
            raise CommandError(f"--as-of: {error}") from None

    def _part(self, text) -> Part:
        try:
            return Part.parse(text)
        except ValueError as error:
            raise CommandError(f"--part: {error}") from None

    def _moment(self, text) -> datetime | None:
        if text is None:
            return None
        moment = None
        try:
            moment = parse_datetime(text)
        except ValueError:
            pass
        if moment is None or moment.tzinfo is None:
            raise CommandError(f"--known-at {text!r}: write it as 2026-11-23T08:30:00+07:00")
        return moment
