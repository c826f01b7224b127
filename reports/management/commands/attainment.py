import json
from datetime import date, datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from organizations.models import Zone
from reports.answers import table_json
from reports.figures import attainment_table
from vietnamese.dates import parse_date
from vietnamese.errors import Unreadable


class Command(BaseCommand):
    help = "Print what a zone attained of its targets, year by year and over each term."

    def add_arguments(self, parser):
        parser.add_argument("--zone", required=True, metavar="CODE")
        parser.add_argument("--from", required=True, type=int, dest="first_year", metavar="YEAR")
        parser.add_argument("--to", required=True, type=int, dest="last_year", metavar="YEAR")
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
        )
        answer = table_json(table, row)
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        self.stdout.write(f"{row.name} ({row.code}), as of {table.as_of:%d/%m/%Y}")
        for line in answer["rows"]:
            target = "—" if line["low"] is None else f"{line['low']}–{line['high']}"
            self.stdout.write(
                f"{line['year']}  {line['indicator']:<18}{line['actual'] if line['actual'] is not None else '—':>8}"
                f"{target:>14}{line['percent'] or '—':>9}  {line['standing']}"
            )
        for line in answer["terms"]:
            span = f"{line['percent_min']}–{line['percent_max']}" if line["percent_min"] else "—"
            self.stdout.write(f"{line['from']}–{line['to']}  {line['indicator']:<18}{line['actual'] or 0:>8}  {span}")

    def _day(self, text) -> date:
        if text is None:
            return timezone.localdate()
        try:
            return parse_date(text)
        except Unreadable as error:
            raise CommandError(f"--as-of: {error}") from None

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
