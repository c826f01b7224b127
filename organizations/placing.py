"""In which parks an enterprise of a zone may sit, and who looks after them: the same for pages and the API."""

from datetime import date

from django.utils.translation import gettext as _

from .models import Park, Zone


def cannot_sit_in(park: Park, zone: Zone) -> str:
    """Why an enterprise of ``zone`` cannot sit in ``park``, or ""."""
    if park.code == Park.NONE or Park.objects.near(zone).filter(pk=park.pk).exists():
        return ""
    message = _("“%(park)s” does not belong to the zone %(zone)s: choose another park.")
    return message % {"park": park, "zone": zone}


def nearer_keeper(park: Park, zone: Zone, today: date) -> Zone | None:
    """The zone below ``zone`` to which ``park`` belongs today, when it is not the zone's own."""
    below = zone.subtree_ids()
    keepers = [stay.zone for stay in park.zones.select_related("zone") if stay.holds(today)]
    return None if zone in keepers else next((keeper for keeper in keepers if keeper.pk in below), None)
