"""The matrix of a whole city: 31 zones × 7 indicators × 7 years, from a ledger of many facts."""

from datetime import date, timedelta
from random import Random

from .measure import Row, best

FACTS = 200_000


def load(facts: int):
    """Fill the ledger with ``facts`` invented events, unsealed: what is measured here is reading."""
    from django.utils import timezone

    from accounts.models import User
    from organizations.actions import create_zone
    from organizations.ledger import totals_of, upsert_totals
    from organizations.models import Event, MonthTotal, Organization, OrganizationType, Park, YearTotal

    random = Random(28)
    by = User.objects.get(username="system")
    city = create_zone(code="HP", name="Thành phố", kind="city", by=by)
    zones = [create_zone(code=f"HP-{number:02}", name=f"Khu {number}", parent=city, by=by) for number in range(30)]
    none, now, first = Park.none_id(), timezone.now(), date(2020, 1, 1)
    shapes = [
        ("party_cell", "established", True),
        ("party_cell", "admitted", False),
        ("union_base", "established", True),
        ("union_base", "joined", False),
        ("youth_cell", "joined", False),
    ]
    types = {row.code: row for row in OrganizationType.objects.all()}
    homes = {}
    for zone in zones:
        for code in {shape[0] for shape in shapes}:
            row = Organization(zone=zone, name=f"{code} {zone.code}", type=types[code], sector=types[code].sector)
            row.save()
            homes[zone.pk, code] = row
    seqs = dict.fromkeys((zone.pk for zone in zones), 10)
    for start in range(0, facts, 20_000):
        events = []
        for _number in range(start, min(facts, start + 20_000)):
            zone = random.choice(zones)
            code, kind, new = random.choice(shapes)
            seqs[zone.pk] += 1
            quantity = 1 if new else random.randint(1, 60)
            events.append(
                Event(
                    zone=zone, seq=seqs[zone.pk], hash="", recorded_by=by, recorded_at=now, kind=kind,
                    organization=homes[zone.pk, code], effective_on=first + timedelta(days=random.randrange(2495)),
                    quantity=quantity, stock_delta=quantity, sector=types[code].sector, type=types[code],
                    counts_as_new=new, park_id=none,
                )
            )  # fmt: skip
        Event.objects.bulk_create(events, batch_size=2000)
        for model in (YearTotal, MonthTotal):
            upsert_totals(model, totals_of(events, model))


def run() -> list[Row]:
    from django.db import connection
    from django.db.models import Sum

    from organizations.models import Event, Zone
    from reports.figures import attainment_table
    from targets.models import Indicator

    load(FACTS)
    zones = list(Zone.objects.all())
    day = date(2026, 10, 15)

    def floor():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT zone_id, sector, kind, year, SUM(quantity) FROM organizations_yeartotal "
                "GROUP BY zone_id, sector, kind, year"
            )
            return cursor.fetchall()

    def peer():
        return [
            list(
                Event.objects.of_indicator(indicator)
                .as_of(day)
                .order_by()
                .values("zone", "effective_on__year")
                .annotate(quantity=Sum("quantity"))
            )
            for indicator in Indicator.objects.prefetch_related("types", "parks")
        ]

    def ours():
        return attainment_table(zones=zones, first_year=2020, last_year=2026, as_of=day)

    return [
        Row(
            f"city matrix, {len(zones)} zones × 7 indicators × 7 years, {FACTS:,} facts",
            best(floor),
            best(peer, 2),
            best(ours),
            "one hand-written GROUP BY over the year totals, no targets, no standings",
            "grouped ORM sums over the events, one query an indicator, no targets, no standings",
        )
    ]
