"""Events: what happened to organisations and their members, by decision and date."""

from collections import defaultdict
from difflib import get_close_matches

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations.actions import DecisionKey, Draft, record_decisions
from organizations.actions.checks import chunks, zones_touched
from organizations.actions.record import recorded
from organizations.lifecycle import RULES
from organizations.lookups import Decisions
from organizations.models import Event, Kind
from vietnamese.errors import N_, Unreadable, shown

from .. import vocabulary
from ..job import CREATED, UPDATED, Job, Row
from ..lookups import Organizations, Types
from ..reader.table import Column
from .base import WorkbookKind, by_rows, contradiction, read_count, read_day, read_name, read_text, told_by_row

SAID = ("quantity", "female", "workers")
NEW_TYPES = {Kind.UPGRADED: "party_committee", Kind.DOWNGRADED: "party_cell"}  # what "nâng cấp", "hạ cấp" mean in NQ28


def read_type(cell, job):
    return job.names.find(cell)


class Events(WorkbookKind):
    name = "events"
    label = gettext_lazy("Events of organisations and members")
    keys = (("organization", "kind", "decided_on", "number", "issuer"),)
    rehearsed = True
    columns = (
        Column("organization", "Tổ chức", (
            "Tên tổ chức", "Tổ chức đảng", "Mã tổ chức", "Tên tổ chức đảng", "Tên tổ chức công đoàn",
            "Tên công đoàn cơ sở",
            "Tổ chức (mã hoặc tên)", "Chi bộ", "Chi bộ, đảng bộ", "Tên chi bộ", "Tổ chức công đoàn", "Công đoàn cơ sở",
            "Mã hoặc tên tổ chức", "Tên công đoàn", "Tên tổ chức đoàn",
        ), read_text(250), required=True),
        Column("kind", "Sự kiện", (
            "Loại sự kiện", "Nội dung", "Nội dung sự kiện", "Biến động", "Loại biến động", "Hình thức", "Nghiệp vụ",
            "Nội dung biến động", "Tên sự kiện",
        ), read_text(120), required=True),
        Column("decided_on", "Ngày quyết định", (
            "Ngày", "Ngày ký", "Ngày ban hành", "Ngày ký quyết định", "Ngày văn bản", "Ngày hiệu lực", "Ngày sự kiện",
            "Ngày có hiệu lực", "Ngày ban hành quyết định",
        ), read_day, required=True),
        Column("number", "Số quyết định", (
            "Quyết định", "Quyết định số", "Số, ký hiệu quyết định", "Số ký hiệu", "Số văn bản", "Số hiệu quyết định",
            "Số và ký hiệu quyết định",
        ), read_text(80)),
        Column("issuer", "Cơ quan ban hành", (
            "Cơ quan ra quyết định", "Cơ quan ký", "Đơn vị ban hành", "Nơi ban hành", "Cấp ban hành",
            "Cơ quan quyết định",
            "Cơ quan ban hành quyết định", "Cấp ra quyết định", "Cấp quyết định",
        ), read_text(250)),
        Column("quantity", "Số lượng", (
            "Số người", "Số đảng viên", "Số đoàn viên", "Tổng số", "Số lượng (người)", "Số lượng đảng viên",
            "Số lượng đoàn viên", "Số thành viên",
        ), read_count),
        Column("female", "Trong đó nữ", ("Nữ", "Số nữ", "Số lượng nữ", "Đảng viên nữ", "Đoàn viên nữ"), read_count),
        Column("workers", "Trong đó công nhân", (
            "Công nhân", "Số công nhân", "Công nhân trực tiếp", "Công nhân lao động", "Công nhân trực tiếp sản xuất",
            "Lao động trực tiếp", "Số công nhân trực tiếp",
        ), read_count),
        Column("note", "Ghi chú", ("Chú thích", "Diễn giải", "Nội dung ghi chú"), read_text(500)),
        Column("to_type", "Loại mới", (
            "Loại tổ chức mới", "Loại hình mới", "Thành loại", "Loại hình tổ chức mới",
        ), read_type),
        Column("new_name", "Tên mới", ("Tên tổ chức mới", "Đổi tên thành"), read_name),
    )  # fmt: skip
    fields = {
        "effective_on": "decided_on", "issued_on": "decided_on", "type": "kind", "members": "quantity", "reason": "",
    }  # fmt: skip

    def prepare(self, job):
        job.names = Types()

    def resolve(self, job: Job):
        rows = job.good_rows() + job.wrong_rows()
        self._find_organizations(job, [row for row in rows if row.values["organization"]])
        for row in rows:
            if row.values["kind"]:
                self._understand(job, row)
        rows = job.good_rows()
        ledger = _live_events(rows)
        self._name_decisions(job, rows, ledger)
        groups: dict[tuple, list[Row]] = defaultdict(list)
        for row in rows:
            key = row.draft["decision"]
            groups[(row.existing.pk, row.draft["kind"], row.values["decided_on"], key and key.normal())].append(row)
        for key, lines in groups.items():
            self._meet(job, lines, ledger.get(key[:3], {}).get(key[3], []))

    def _find_organizations(self, job, rows):
        known = Organizations(job.zone, {row.values["organization"] for row in rows})
        found: dict[tuple, object] = {}
        for row in rows:
            text = row.values["organization"]
            sectors = _sectors_of(row.values["kind"] or "")
            key = (text, sectors)
            if key not in found:
                try:
                    found[key] = _of_sectors(known, text, sectors)
                except Unreadable as error:
                    found[key] = error
            if isinstance(found[key], Unreadable):
                job.error(row, "organization", found[key])
            else:
                row.existing = found[key]

    def _understand(self, job, row):
        """The kind of event, and what it takes: a number of people, a new type, a new name."""
        values, one = row.values, row.existing
        sectors = _sectors_of(values["kind"])
        kinds = {vocabulary.kind_of(values["kind"], sector) for sector in ([one.sector] if one else sectors)}
        if len(kinds) > 1:  # which of them, only the organisation could say
            return
        if not kinds or (kind := kinds.pop()) is None:
            if sectors:
                message = _("“%(value)s” is not said of an organisation of this sector (%(sector)s).") % {
                    "value": shown(values["kind"]), "sector": one.get_sector_display()
                }  # fmt: skip
            else:
                message = Unreadable(
                    "unknown", N_("“%(value)s” is not in the list: write one of %(choices)s."),
                    tuple(get_close_matches(values["kind"], vocabulary.offered_events(), n=1)),
                    value=shown(values["kind"]), choices=", ".join(vocabulary.offered_events()),
                )  # fmt: skip
            job.error(row, "kind", message)
            return
        rule = RULES[kind]
        row.draft = {"kind": kind, "to_type": None}
        if rule.counted:
            if values["quantity"] is None:
                job.error(row, "quantity", _("Give the number of people."))
            elif values["quantity"] == 0:
                job.error(row, "quantity", _("0 people is no event: leave the line out."))
            for name in ("female", "workers"):
                if values[name] is not None and values["quantity"] is not None and values[name] > values["quantity"]:
                    job.error(row, name, _("%(part)s exceeds the total of %(total)s.")
                              % {"part": values[name], "total": values["quantity"]})  # fmt: skip
        elif values["quantity"] not in (None, 1):
            message = _("This event is one fact of one organisation: leave the number empty, or write 1.")
            job.error(row, "quantity", message)
        elif values["female"] or values["workers"]:
            job.error(row, "female" if values["female"] else "workers",
                      _("This event is one fact of one organisation: it has no number of people."))  # fmt: skip
        if rule.needs_type:
            row.draft["to_type"] = values["to_type"] or (
                job.names.by_code(NEW_TYPES[kind]) if kind in NEW_TYPES else None
            )
            if row.draft["to_type"] is None:
                job.error(row, "to_type", _("Give the new type in a column “Loại mới”."))
        if kind == Kind.RENAMED and not values["new_name"]:
            job.error(row, "new_name", _("Give the new name in a column “Tên mới”."))

    def _name_decisions(self, job, rows, ledger):
        """The decision of each row; an issuer the file leaves out is the one the ledger has for the same fact."""
        decisions = Decisions(
            {row.existing.zone_id for row in rows} | {job.zone.pk},
            [row.values["number"] for row in rows if row.values["number"]],
        )
        for row in rows:
            values = row.values
            number, day = values["number"], values["decided_on"]
            row.draft["decision"] = None
            if not number:
                continue
            issuer = values["issuer"] or ""
            if not issuer:
                normal = DecisionKey("", number, day).normal()[1:]
                same = {
                    event.decision.issuer.name
                    for key, events in ledger.get((row.existing.pk, row.draft["kind"], day), {}).items()
                    if key and key[1:] == normal
                    for event in events
                }
                issuer = same.pop() if len(same) == 1 else decisions.issuer("", number, day)
            row.draft["decision"] = DecisionKey(issuer, number, day)

    def _meet(self, job, lines, events):
        """Lines of one key against the live events of that key: equal ones are recorded already, the rest pair up."""
        events = sorted(events, key=lambda event: event.pk)
        waiting = []
        for row in lines:
            same = next((event for event in events if _said(row) == _recorded(row, event)), None)
            if same is None:
                waiting.append(row)
            else:
                events.remove(same)
        for row in waiting:
            zone_id = row.existing.zone_id
            if problem := job.lock_problem(zone_id, row.values["decided_on"]):
                job.error(row, "decided_on", problem)
            elif not events:
                row.outcome = CREATED
            else:
                self._contradict(job, row, events.pop(0))
        first = lines[0]
        for row in lines[1:]:
            message = _("As line %(line)s: the same organisation, event, date and decision, counted twice.")
            job.warn(row, "organization", message % {"line": first.number})

    def _contradict(self, job, row, event):
        """The ledger has this fact with other figures: refused, or corrected with the reason given."""
        counted = RULES[event.kind].counted
        says, ledger = _said(row), _recorded(row, event)
        name = next((name for name, one, other in zip(SAID, says, ledger, strict=False) if one != other), "")
        if not name:
            name = "to_type" if row.draft["to_type"] else "new_name"
        if not job.corrections:
            one, other = (
                (says[SAID.index(name)], ledger[SAID.index(name)]) if counted and name in SAID else (says[3], ledger[3])
            )
            told = {"ledger": "—" if other is None else other, "file": "—" if one is None else one}
            job.error(row, name, contradiction(told))
        elif event.act:
            job.error(row, name, _("This event is part of a larger act: correct it on its page."))
        else:
            row.draft["correct"] = event
            row.outcome = UPDATED
            row.before = {
                field: "" if before is None else str(before)
                for field, said_, before in zip((*SAID, name), says, ledger, strict=False)
                if said_ != before
            }
            self._keep_unsaid(job, row, event)

    def _keep_unsaid(self, job, row, event):
        """What the line leaves out stays as it was recorded; a part that exceeds the new total cannot stay."""
        values, kept = row.values, row.draft.setdefault("kept", {})
        if not values["note"]:
            kept["note"] = event.note
        elif values["note"] != event.note:
            row.before["note"] = event.note
        if not RULES[event.kind].counted:
            return
        for name in SAID[1:]:
            before = getattr(event, name)
            if values[name] is not None or before is None:
                continue
            if abs(before) <= values["quantity"]:
                kept[name] = abs(before)
                continue
            row.before[name] = str(abs(before))
            message = _("“%(column)s” was %(before)s, more than the new total of %(total)s: it is left empty. "
                        "Give the right number.")  # fmt: skip
            told = {"column": self.layout.columns[name].title, "before": abs(before), "total": values["quantity"]}
            job.warn(row, name, message % told)

    def zones(self, job):
        zones = zones_touched({row.existing.pk for row in job.changed_rows()})
        return zones | {row.existing.zone_id for row in job.changed_rows()} | {job.zone.pk}

    def spoilt(self, job):
        """An organisation's life is judged whole: none of its lines, while one of them is wrong."""
        wrong = {row.values["organization"] for row in job.rows if row.failed}
        wrong |= {row.existing.pk for row in job.rows if row.failed and row.existing}
        return {
            row
            for row in job.rows
            if row.values["organization"] in wrong or (row.existing is not None and row.existing.pk in wrong)
        }

    def write(self, job, rows):
        decisions = self._decisions(job, rows)
        warnings: dict = defaultdict(list)
        for chosen, reason in (
            ([row for row in rows if row.draft.get("correct")], job.corrections or ""),
            ([row for row in rows if not row.draft.get("correct")], ""),
        ):
            if not chosen:
                continue
            _events, found = told_by_row(chosen, lambda chosen=chosen, reason=reason: recorded(
                drafts=[self._draft(job, row, decisions) for row in chosen],
                reversing=[row.draft["correct"] for row in chosen if row.draft.get("correct")],
                by=job.by, reason=reason, unusual="allow",
            ))  # fmt: skip
            for row, problems in by_rows(chosen, found).items():
                warnings[row] += problems
        return warnings

    def _decisions(self, job, rows):
        found = {}
        by_zone: dict = defaultdict(dict)
        for row in reversed(rows):
            if row.draft["decision"]:
                by_zone[row.existing.zone][row.draft["decision"]] = row
        for zone, first in sorted(by_zone.items(), key=lambda pair: pair[0].code):
            found |= told_by_row(list(first.values()), lambda zone=zone, first=first: record_decisions(
                keys=list(first), zone=zone, by=job.by,
                batch_row_of={key: row.batch_row for key, row in first.items()},
            ))  # fmt: skip
        return found

    def _draft(self, job, row, decisions):
        values, draft = row.values | row.draft.get("kept", {}), row.draft
        return Draft(
            draft["kind"], row.existing, quantity=values["quantity"] or 1,
            female=values["female"] if RULES[draft["kind"]].counted else None,
            workers=values["workers"] if RULES[draft["kind"]].counted else None,
            decision=decisions[draft["decision"]] if draft["decision"] else None,
            effective_on=None if draft["decision"] else values["decided_on"], note=values["note"] or "",
            to_type=draft["to_type"], new_name=values["new_name"] or "", batch_row=row.batch_row,
            to_zone=row.existing.zone if draft["kind"] == Kind.TRANSFERRED_IN else None,
            like=draft.get("correct"),
        )  # fmt: skip


def _sectors_of(word):
    """The sectors of which ``word`` says something."""
    return tuple(sector for sector in vocabulary.Sector.values if vocabulary.kind_of(word, sector))


def _of_sectors(known, text, sectors):
    """The organisation of that name; of several, the one whose sector the event is about."""
    found = known.candidates(text)
    if len(found) > 1 and sectors:
        fitting = [row for row in found if row.sector in sectors]
        if len(fitting) == 1:
            return fitting[0]
    return known.find(text)


def _said(row):
    """What the line says beside its key. A part it leaves out is not said."""
    values, draft = row.values, row.draft
    if not RULES[draft["kind"]].counted:
        return (1, None, None, str(draft["to_type"] or values["new_name"] or ""))
    return (*(values[name] for name in SAID), "")


def _recorded(row, event):
    """What the ledger says of ``event``, in the words of ``_said``; parts the line leaves out are left out too."""
    rule = RULES[event.kind]
    if rule.needs_type and not row.values["to_type"]:
        return _said(row)
    if not rule.counted:
        return (1, None, None, str(event.type if rule.needs_type else event.new_name))
    parts = [
        None if row.values[name] is None or getattr(event, name) is None else abs(getattr(event, name))
        for name in SAID[1:]
    ]
    return (abs(event.quantity), *parts, "")


def _live_events(rows):
    """(organisation, kind, day) → decision → live events, for the organisations and days of the rows."""
    found: dict[tuple, dict] = defaultdict(lambda: defaultdict(list))
    days = {row.values["decided_on"] for row in rows}
    wanted = {(row.existing.pk, row.draft["kind"], row.values["decided_on"]) for row in rows}
    for part in chunks(list({row.existing.pk for row in rows}), 5000):
        events = Event.objects.live().filter(organization__in=part)
        events = events.filter(effective_on__gte=min(days), effective_on__lte=max(days))
        for event in events.select_related("organization", "decision__issuer", "type", "zone").order_by("pk"):
            key = (event.organization_id, event.kind, event.effective_on)
            if key in wanted:
                decision = event.decision
                normal = decision and DecisionKey(decision.issuer.name, decision.number, decision.issued_on).normal()
                found[key][normal].append(event)
    return found
