"""The target of the year beside the grid: how much of it is recorded, in one sentence."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from reports.board.wording import number, say, target_of
from reports.figures import attainment_table
from targets.models import Indicator

from .asked import Asked


@dataclass(frozen=True, slots=True)
class Progress:
    words: str
    tone: str
    url: str  # the events that add up to it


def of(asked: Asked) -> Progress | None:
    """What the zone has of the target its sheet counts towards; None for a sheet that counts towards none."""
    if not asked.sheet.monthly:
        return None
    indicators = Indicator.objects.filter(is_active=True, sector=asked.sector).prefetch_related("types", "parks")
    counting = [one for one in indicators if not one.is_rate and asked.sheet.kind in one.selection().kinds]
    if not counting:
        return None
    table = attainment_table(
        zones=[asked.zone], first_year=asked.year, last_year=asked.year, as_of=asked.today, indicators=counting[:1]
    )
    figure = table.figure(asked.zone, counting[0], asked.year)
    said = say(figure, asked.today)
    words = _("Target of %(year)s: %(target)s. Recorded so far: %(actual)s. %(standing)s") % {
        "year": asked.year,
        "target": target_of(figure.attainment),
        "actual": number(figure.attainment.actual),
        "standing": ". ".join(filter(None, [said.text, said.detail.capitalize()])),
    }
    return Progress(words, said.tone, asked.question.events(counting[0]))
