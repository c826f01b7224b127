"""The lists that cells of a workbook are chosen from, in words the reader takes for one thing and no other."""

from collections import Counter, defaultdict
from datetime import date

from django.db.models import Q

from organizations.access import Act, may
from organizations.models import Decision, Issuer, Organization, OrganizationType, Park, ParkZone, Zone
from organizations.seeds import UNKNOWN_ISSUER, issuer_key
from targets.models import Indicator
from vietnamese.text import search_key

from . import vocabulary
from .kinds.guidance import ABOUT
from .lookups import Parks, park_key
from .models import Upload
from .reader.titles import words


class Offers:
    """What ``user`` may choose in a workbook of ``zone`` (None: every zone seen). One to five queries a list."""

    def __init__(self, zone: Zone | None, user, today: date):
        self.zone, self.user, self.today = zone, user, today

    def __call__(self, name: str) -> list[str]:
        return getattr(self, name)()

    def ownerships(self):
        return vocabulary.choices("OWNERSHIPS")[1]

    def legal_forms(self):
        return vocabulary.choices("LEGAL_FORMS")[1]

    def statuses(self):
        return vocabulary.choices("STATUSES")[1]

    def events(self):
        return vocabulary.offered_events()

    def types(self):
        return [type_.name for type_ in OrganizationType.objects.all() if type_.holds(self.today)]

    def parks(self):
        parks = Parks(self.zone)
        placed = set(ParkZone.objects.values_list("park", flat=True)) - parks.elsewhere
        found = [park for park in parks.parks.values() if park.code != Park.NONE and park.pk not in parks.elsewhere]
        found = [park for park in found if park.pk in placed] or found
        found.sort(key=lambda park: park.sort_key)
        found += [park for park in parks.parks.values() if park.code == Park.NONE]  # "in no park" can be chosen too
        return [park_name(parks, park) for park in found]

    def organizations(self):
        names = OrganizationNames(Organization.objects.visible_to(self.user).filter(zone__in=self.zone.subtree_ids()))
        return [name for pk in names.standing if (name := names.of(pk))]

    def issuers(self):
        decisions = Decision.objects.live().visible_to(self.user)
        if self.zone is not None:
            decisions = decisions.filter(zone__in=self.zone.subtree_ids())
        issuers = Issuer.objects.filter(pk__in=decisions.values("issuer")).exclude(
            search_key=issuer_key(UNKNOWN_ISSUER)
        )
        return list(issuers.order_by("sort_key").values_list("name", flat=True))

    def indicators(self):
        return list(Indicator.objects.filter(is_active=True).values_list("name", flat=True))

    def zones(self):
        return list(zone_names(self.user, self.zone).values())


CLOSED = frozenset(
    {"ownerships", "legal_forms", "statuses", "events", "types", "parks", "indicators", "zones"}
)  # lists to which a workbook adds nothing
MOST = 200  # of a list, on a page


def closed_lists(upload: Upload, today: date) -> dict[str, list[str]]:
    """What may be typed into the columns of ``upload`` that know only certain values, by field."""
    offers, guides = Offers(upload.zone, upload.owner, today), ABOUT[upload.kind].columns
    return {name: offers(guides[name].offers)[:MOST] for name in upload.columns if guides[name].offers in CLOSED}


def park_name(parks: Parks, park: Park) -> str:
    """The name by which the reader finds this park alone, else its code."""
    return park.name if parks.names[park_key(park.name)] - parks.elsewhere == {park.pk} else park.code


def zone_names(user, zone: Zone | None = None, *, giving: bool = True) -> dict[int, str]:
    """The zones under ``zone`` that ``user`` sees: id → name, or code where a name is not enough.

    ``giving`` leaves out those to which ``user`` may not give targets.
    """
    zones = list(Zone.objects.visible_to(user))
    known = Counter(words(name) for one in zones for name in {one.name, one.short_name, one.code} - {""})
    below = None if zone is None else set(zone.subtree_ids())
    return {
        one.pk: one.name if known[words(one.name)] == 1 else one.code
        for one in zones
        if (below is None or one.pk in below) and (not giving or may(user, Act.ASSIGN_TARGETS, one))
    }


class OrganizationNames:
    """By what the reader finds each of the organisations: its name, or its code where several have the name."""

    def __init__(self, organizations):
        self.rows = {}
        self.by_name, self.by_code = defaultdict(list), defaultdict(list)
        rows = organizations.live().filter(Q(dissolved_on=None)).order_by("sort_key", "pk")
        for pk, code, name, key in rows.values_list("pk", "code", "name", "search_key"):
            self.rows[pk] = (code, name)
            self.by_name[key].append(pk)
            if code:
                self.by_code[code].append(pk)

    @property
    def standing(self):
        return self.rows.keys()

    def of(self, pk) -> str:
        """The name or code; "" when nothing tells it from the others."""
        if pk not in self.rows:
            return ""
        code, name = self.rows[pk]
        if self.by_name[search_key(name)[:400]] == [pk] and not self.by_code.get(name):
            return name
        return code if self.by_code[code] == [pk] else ""
