"""What may be recorded twice: the tax code in another zone, or a name that differs in the words all such names have."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from organizations.actions.checks import chunks
from organizations.alike import MOST, bare, bare_organization, same_house
from organizations.models import Coverage, Enterprise, Organization, OrganizationType
from organizations.problems import Problem
from vietnamese.text import search_key

from ..job import ELSEWHERE, Job, Row


def warn_of_alike(job: Job, new: Iterable[Row], keys: Mapping[Row, str]) -> None:
    """Warn of each new enterprise whose name is nearly that of a recorded one, or of another line.

    ``keys`` are the search keys of the names. Units of one enterprise (0200…-001, -002) are no duplicates.
    """
    new = list(new)
    if not new:
        return
    _warn_of_codes_elsewhere(job, new)
    recorded: dict[str, list[tuple[str, str, str]]] = {}
    columns = ("search_key", "name", "tax_code", "zone__code")
    for rows in _of_zone_and_below(job, Enterprise.objects.live().visible_to(job.by)):
        for key, name, code, zone in rows.values_list(*columns)[:MOST]:
            recorded.setdefault(bare(key), []).append((name, code, zone))
    lines: dict[str, tuple[int, str]] = {}
    for row in new:
        key, code = bare(keys[row]), row.values["tax_code"]
        if not key:
            continue
        found = next((one for one in recorded.get(key, ()) if not same_house(code, one[1])), None)
        if found is not None:
            known = found[1] or _("no tax code")
            if found[2] != job.zone.code:
                known = f"{known}, {found[2]}"
            message = _("“%(name)s” (%(code)s) is recorded: is it the same enterprise?")
            job.warn(row, "name", message % {"name": found[0], "code": known})
            continue
        line, other = lines.setdefault(key, (row.number, code))
        if line != row.number and not same_house(code, other):
            message = _("Line %(line)s has nearly the same name: is it the same enterprise?")
            job.warn(row, "name", message % {"line": line})


def _warn_of_codes_elsewhere(job: Job, new: list[Row]) -> None:
    """Warn of each new tax code that another zone has which the person sees: above, below or beside."""
    codes = {row.values["tax_code"] for row in new} - {""}
    elsewhere = Enterprise.objects.live().visible_to(job.by).exclude(zone=job.zone).order_by("zone__code")
    zones, inside, below = defaultdict(list), set(), set(job.zone.subtree_ids())
    for part in chunks(sorted(codes), 5000):
        found = elsewhere.filter(tax_code__in=part)
        for code, zone_id, zone, name in found.values_list("tax_code", "zone_id", "zone__code", "zone__name"):
            zones[code].append(f"{name} ({zone})")
            inside |= {f"{name} ({zone})"} if zone_id in below else set()
    message = _("This tax code is recorded in %(zones)s: is it right to bring it into %(zone)s?")
    for row in new:
        if there := zones.get(row.values["tax_code"]):
            told = {"zones": ", ".join(there), "zone": job.zone}
            job.warn(row, "tax_code", Problem(message, told, code="" if inside.issuperset(there) else ELSEWHERE))


def _of_zone_and_below(job, rows):
    """``rows`` of the job's zone, then those of the zones below it, when there are such."""
    yield rows.filter(zone=job.zone).order_by()
    if below := set(job.zone.subtree_ids()) - {job.zone.pk}:
        yield rows.filter(zone__in=below).order_by()


# ------------------------------------------------------------------------------------------ organisations


def warn_of_alike_organizations(job: Job, new: Iterable[Row]) -> None:
    """Warn of each new organisation that works in the enterprise of another of its sector, or is named nearly so.

    Units within an organisation are no duplicates, nor is the one it belongs to.
    """
    new = [row for row in new if row.values["type"].level != OrganizationType.Level.COMPONENT]
    if not new:
        return
    at, named, below = _standing_at(job, new), _standing_named(job, new), set(job.zone.subtree_ids())
    for row in new:
        sector, above = row.values["type"].sector, getattr(row.draft.get("parent"), "pk", None)
        hosts = [other for host in row.draft["enterprises"] for other in at[(sector, host.pk)] if other[0] != above]
        if hosts:
            message = _("“%(name)s” (%(type)s) works in this enterprise already: is it the same organisation?")
            told = {"name": hosts[0][1], "type": hosts[0][2]}
            job.warn(row, "enterprises", Problem(message, told, code="" if hosts[0][3] in below else ELSEWHERE))
            continue
        key = bare_organization(search_key(row.values["name"]), row.values["name"])
        names = [other for other in named[(sector, key)] if other[0] != above] if key else []
        if names:
            message = _("“%(name)s” (%(type)s) is recorded under nearly the same name: is it the same organisation?")
            job.warn(row, "name", message % {"name": names[0][1], "type": names[0][2]})


def _standing(job):
    """The organisations that stand and that the person sees, without the units within others."""
    rows = Organization.objects.live().visible_to(job.by).filter(dissolved_on=None)
    return rows.exclude(type__level=OrganizationType.Level.COMPONENT).order_by()


def _standing_at(job, new):
    """(sector, enterprise) → (id, name, type, zone) of the standing organisations there."""
    hosts, found = defaultdict(list), defaultdict(list)
    for part in chunks(sorted({host.pk for row in new for host in row.draft["enterprises"]}), 5000):
        rows = Coverage.objects.filter(enterprise__in=part, valid_to=None).order_by()
        for organization, host in rows.values_list("organization", "enterprise"):
            hosts[organization].append(host)
    for part in chunks(sorted(hosts), 5000):
        rows = _standing(job).filter(pk__in=part).order_by("pk")
        for sector, pk, *told in rows.values_list("sector", "pk", "name", "type__name", "zone_id"):
            for host in hosts[pk]:
                found[(sector, host)].append((pk, *told))
    return found


def _standing_named(job, new):
    """(sector, bare name) → (id, name, type) of the standing organisations of the zone and of those below it."""
    found = defaultdict(list)
    standing = _standing(job).filter(sector__in={row.values["type"].sector for row in new})
    for rows in _of_zone_and_below(job, standing):
        for sector, key, *other in rows.values_list("sector", "search_key", "pk", "name", "type__name")[:MOST]:
            found[(sector, bare_organization(key, other[1]))].append(other)
    return found
