"""The targets a decision assigned, for the page of that decision."""

from django.db.models import F, Q
from django.utils.translation import gettext as _

from organizations.citations import Line, OneKind
from vietnamese.ranges import format_range

from .models import TargetVersion, plain


class AssignedTargets(OneKind):
    keys = ("target",)
    stands = Q(target__version=F("number"), target__voided_by=None)

    def rows(self, user):
        found = TargetVersion.objects.visible_to(user).filter(low__isnull=False)
        related = ("target__indicator", "zone", "recorded_by")
        return found.select_related(*related).order_by("-target__year", "zone__code", "target__indicator", "number")

    def named(self):
        return _("targets assigned")

    def line(self, row):
        target = row.target
        gone = target.version != row.number or target.voided_by_id is not None
        return Line(
            key="target",
            name=f"{target.indicator} · {target.year}",
            url="",
            zone=row.zone,
            day=row.holds_from,
            amount=f"{format_range(plain(row.low), plain(row.high))} {target.indicator.unit}",
            withdrawn=_("revised since") if gone else "",
            recorded_by=row.recorded_by,
            recorded_at=row.recorded_at,
        )
