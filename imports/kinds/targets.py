"""Targets: the range a zone was given for an indicator and a year, by which paper."""

from collections import defaultdict
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations.access import Act, may
from organizations.actions import DecisionKey, record_decisions
from organizations.actions.checks import chunks
from organizations.lookups import Decisions
from organizations.models import Decision, Zone
from targets.actions import TargetDraft, assign_targets, current_versions, days_told
from targets.models import Indicator, Target, first_of_year, plain
from vietnamese.errors import N_, Unreadable, shown
from vietnamese.numbers import format_decimal
from vietnamese.ranges import format_range, parse_range

from .. import cells
from ..job import CREATED, UPDATED, Job
from ..lookups import Zones
from ..reader.sheet import text_of
from ..reader.table import Column
from ..reader.titles import words
from ..vocabulary import INDICATORS
from .base import WorkbookKind, read_day, read_text, told_by_row


class Names:
    """The zones and indicators that cells of a targets workbook name."""

    def __init__(self, user):
        self.zones = Zones(user)
        self.offered = list(Indicator.objects.all())
        self.indicators: dict[str, Indicator] = {}
        by_code = {row.code: row for row in self.offered}
        for code, names in INDICATORS.items():
            if code in by_code:
                self.indicators |= {words(name): by_code[code] for name in names}
        for row in self.offered:  # what the catalogue says wins
            self.indicators |= {words(name): row for name in (row.name, row.short_name, row.code) if name}

    def indicator(self, cell):
        found = self.indicators.get(words(text_of(cell)))
        if found is None:
            raise Unreadable(
                "unknown", N_("“%(value)s” is not in the list: write one of %(choices)s."), value=shown(cell),
                choices=", ".join(row.name for row in self.offered if row.is_active),
            )  # fmt: skip
        return found


def read_zone(cell, job):
    return job.names.zones.find(cell)


def read_indicator(cell, job):
    return job.names.indicator(cell)


def read_year(cell, job):
    return cells.year(cell)


def read_range(cell, job):
    return parse_range(cell)  # of a count whole numbers only: see ``_check_range``, which knows the indicator


def read_percent(cell, job):
    return cells.percent(cell)


class Targets(WorkbookKind):
    name = "targets"
    label = gettext_lazy("Targets")
    keys = (("zone", "indicator", "year"),)
    act = Act.ASSIGN_TARGETS
    needs_zone = False
    columns = (
        Column("zone", "Đơn vị", (
            "Mã đơn vị", "Tên đơn vị", "Khu", "Đơn vị được giao", "Đơn vị được giao chỉ tiêu", "Đơn vị thực hiện",
            "Đảng ủy", "Tên khu",
        ), read_zone, required=True),
        Column("indicator", "Chỉ tiêu", (
            "Tên chỉ tiêu", "Mã chỉ tiêu", "Nội dung chỉ tiêu", "Nội dung", "Loại chỉ tiêu",
        ), read_indicator, required=True),
        Column("year", "Năm", ("Năm giao", "Năm thực hiện", "Năm chỉ tiêu", "Năm kế hoạch"), read_year, required=True),
        Column("range", "Mức giao", (
            "Chỉ tiêu giao", "Chỉ tiêu được giao", "Mức chỉ tiêu", "Giao", "Mức được giao", "Số giao", "Số lượng giao",
            "Kế hoạch giao", "Mức giao chỉ tiêu",
        ), read_range, required=True),
        Column("number", "Văn bản giao", (
            "Số văn bản", "Số văn bản giao", "Văn bản giao chỉ tiêu", "Văn bản", "Số quyết định", "Quyết định giao",
            "Quyết định", "Số, ký hiệu văn bản", "Số quyết định giao",
        ), read_text(80)),
        Column("decided_on", "Ngày văn bản", (
            "Ngày ban hành", "Ngày ban hành văn bản", "Ngày văn bản giao", "Ngày quyết định", "Ngày ký", "Ngày giao",
            "Ngày quyết định giao",
        ), read_day),
        Column("issuer", "Cơ quan ban hành", (
            "Cơ quan giao", "Đơn vị ban hành", "Cấp giao", "Nơi ban hành",
        ), read_text(250)),
        Column("published", "Kết quả công bố (%)", (
            "Kết quả công bố", "Tỷ lệ công bố", "Tỷ lệ công bố (%)", "% công bố", "Kết quả đã công bố (%)",
            "Tỷ lệ đạt công bố",
        ), read_percent),
    )  # fmt: skip
    fields = {"low": "range", "high": "range", "reason": "", "issued_on": "decided_on"}

    def prepare(self, job):
        job.names = Names(job.by)

    def resolve(self, job: Job):
        self._check_rows(job, job.good_rows() + job.wrong_rows())
        rows = self._once_each(job, job.good_rows())
        versions = _versions(rows)
        issuers = Decisions(
            {row.values["zone"].pk for row in rows}, [row.values["number"] for row in rows if row.values["number"]]
        )
        for row in rows:
            values, key = row.values, _key(row)
            last = versions.get(key)
            decision = _decision_key(row, issuers, last)
            row.draft = {"decision": decision, "last": last}
            low, high = values["range"]
            published = values["published"]
            if last is not None:
                if published is None:
                    published = last.published_percent
                if decision is None and values["decided_on"] is None:
                    decision = row.draft["decision"] = _key_of(last.decision)
            row.draft["published"] = published
            holds_from = decision.issued_on if decision else values["decided_on"]
            if holds_from is None:
                holds_from = last.holds_from if last is not None else first_of_year(values["year"])
                row.draft["decided_on"] = None if holds_from == first_of_year(values["year"]) else holds_from
            else:
                row.draft["decided_on"] = None if decision else holds_from
            if last is not None:
                before = _key_of(last.decision)
                same = (
                    (last.low, last.high, last.holds_from, last.published_percent)
                    == (Decimal(low), Decimal(high), holds_from, published)
                    and (before and before.normal()) == (decision and decision.normal())
                )  # fmt: skip
                if same:
                    continue
            row.outcome = CREATED if last is None or last.low is None else UPDATED
            if row.outcome == UPDATED:
                row.before = _before(last, low, high, published, values)
            for days, name in zip(days_told(values["year"], holds_from), ("decided_on", "year"), strict=True):
                if problem := job.lock_problem(values["zone"].pk, *days):
                    job.error(row, name, problem)
                    break

    def _check_rows(self, job, rows):
        for row in rows:
            values = row.values
            zone = values["zone"]
            if zone and (not may(job.by, Act.ASSIGN_TARGETS, zone) or (job.zone and zone.pk not in self._below(job))):
                message = N_("“%(value)s” is outside your zone.")
                job.error(row, "zone", Unreadable("outside", message, value=shown(zone.name)))
            if values["range"] and not (values["indicator"] and values["indicator"].is_rate):
                self._check_range(job, row)
            if values["number"] and values["decided_on"] is None:
                job.error(row, "decided_on" if "decided_on" in job.header.fields else "number",
                          _("A paper is known by its number and date: give the date, too."))  # fmt: skip
            cell = row.line.cell(job.header.fields["published"]) if "published" in job.header.fields else None
            if isinstance(cell, float) and 0 < cell < 10 and not row.failed:
                number = Decimal(str(cell))
                message = _("Read as %(percent)s%%: when %(hundredfold)s%% is meant, type that number.")
                job.warn(
                    row,
                    "published",
                    message % {"percent": format_decimal(number), "hundredfold": format_decimal(number * 100)},
                )

    def _check_range(self, job, row):
        """A target of a count is whole, in the words of the cell itself; a ditto mark repeats one judged above."""
        cell = row.line.cell(job.header.fields["range"])
        if isinstance(cell, str) and not any(character.isdigit() for character in cell):
            cell = format_range(*row.values["range"])
        try:
            parse_range(cell, whole=True)
        except Unreadable as error:
            job.error(row, "range", error)

    def _below(self, job):
        ids = getattr(job.names, "below", None)
        if ids is None:
            ids = job.names.below = set(job.zone.subtree_ids())
        return ids

    def _once_each(self, job, rows):
        first, kept = {}, []
        for row in rows:
            if (earlier := first.setdefault(_key(row), row)) is not row:
                job.repeats(row, earlier, "range")
            else:
                kept.append(row)
        return kept

    def zones(self, job):
        return {row.values["zone"].pk for row in job.rows if row.values["zone"] is not None}

    def zone_of_batch(self, job) -> Zone:
        """The lowest zone that holds all zones of the file."""
        above = dict(Zone.objects.order_by().values_list("pk", "parent_id"))
        shared = None
        for zone_id in self.zones(job):
            lineage = [zone_id]
            while above[lineage[-1]] is not None:
                lineage.append(above[lineage[-1]])
            shared = lineage if shared is None else [pk for pk in shared if pk in lineage]
        return Zone.objects.get(pk=shared[0]) if shared else Zone.objects.order_by("code").filter(parent=None).first()

    def write(self, job, rows):
        decisions = {}
        by_zone: dict = defaultdict(dict)
        for row in reversed(rows):
            if row.draft["decision"]:
                by_zone[row.values["zone"]][row.draft["decision"]] = row
        for zone, first in sorted(by_zone.items(), key=lambda pair: pair[0].code):
            decisions |= told_by_row(list(first.values()), lambda zone=zone, first=first: record_decisions(
                keys=list(first), zone=zone, by=job.by,
                batch_row_of={key: row.batch_row for key, row in first.items()},
            ))  # fmt: skip
        drafts = [
            TargetDraft(
                zone=row.values["zone"], indicator=row.values["indicator"], year=row.values["year"],
                low=row.values["range"][0], high=row.values["range"][1],
                decision=decisions[row.draft["decision"]] if row.draft["decision"] else None,
                decided_on=row.draft["decided_on"], published_percent=row.draft["published"], batch_row=row.batch_row,
            )
            for row in rows
        ]  # fmt: skip
        reason = job.corrections or _("From the file %(file)s") % {"file": job.file_name}
        told_by_row(rows, lambda: assign_targets(drafts=drafts, by=job.by, reason=reason[:500], unusual="allow"))
        return {}


def _key(row):
    return (row.values["zone"].pk, row.values["indicator"].pk, row.values["year"])


def _before(last, low, high, published, values):
    """What is in force where the row says otherwise, in words."""
    before = {}
    if (last.low, last.high) != (Decimal(low), Decimal(high)):
        taken_back = last.low is None
        before["range"] = "" if taken_back else format_range(plain(last.low), plain(last.high))
    if last.published_percent != published:
        before["published"] = "" if last.published_percent is None else format_decimal(last.published_percent)
    if values["number"] and (last.decision is None or last.decision.number != values["number"]):
        before["number"] = last.decision.number if last.decision else ""
    return before


def _versions(rows):
    """The last version of each target the rows are about, by zone, indicator and year."""
    targets = Target.objects.filter(
        voided_by=None, zone__in={row.values["zone"].pk for row in rows}, year__in={row.values["year"] for row in rows}
    )
    keys = {row.pk: (row.zone_id, row.indicator_id, row.year) for row in targets}
    wanted = {_key(row) for row in rows}
    last = current_versions([pk for pk, key in keys.items() if key in wanted])
    decisions = {}
    for part in chunks([version.decision_id for version in last.values() if version.decision_id], 5000):
        decisions |= {row.pk: row for row in Decision.objects.filter(pk__in=part).select_related("issuer")}
    for version in last.values():
        if version.decision_id:
            version.decision = decisions[version.decision_id]
    return {keys[pk]: version for pk, version in last.items()}


def _decision_key(row, issuers, last):
    """The paper the row names; an issuer it leaves out is the one of the target's present paper, or the zone's."""
    values = row.values
    if not values["number"]:
        return None
    issuer = values["issuer"] or ""
    present = _key_of(last.decision) if last is not None else None
    bare = DecisionKey(issuer, values["number"], values["decided_on"])
    if not issuer and present and present.normal()[1:] == bare.normal()[1:]:
        return present
    return DecisionKey(
        issuer or issuers.issuer("", values["number"], values["decided_on"]), values["number"], values["decided_on"]
    )


def _key_of(decision):
    return decision and DecisionKey(decision.issuer.name, decision.number, decision.issued_on)
