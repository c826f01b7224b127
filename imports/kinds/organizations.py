"""Organisations with the decision that founded each; an organisation's members at founding are a count."""

from collections import defaultdict

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations.actions import (
    DecisionKey,
    Draft,
    HeadcountDraft,
    OrganizationDraft,
    establish_many,
    record_decisions,
    record_headcounts,
)
from organizations.actions.amend import OrganizationAmendment, amend_organizations
from organizations.actions.checks import chunks, zones_touched
from organizations.actions.record import recorded
from organizations.lifecycle import BEGINNINGS
from organizations.lookups import Decisions
from organizations.models import Coverage, Event, Kind, Organization, Sector
from vietnamese.errors import Unreadable
from vietnamese.numbers import format_count
from vietnamese.tax_codes import parse_tax_code
from vietnamese.text import clean, search_key

from ..job import CREATED, UPDATED, Job
from ..lookups import Enterprises, Organizations, Types, describe
from ..reader.sheet import text_of
from ..reader.table import Column
from .alike import warn_of_alike_organizations
from .base import WorkbookKind, by_rows, contradiction, read_count, read_day, read_name, read_text, told_by_row
from .counts import latest_counts, level


def read_type(cell, job):
    return job.names.find(cell)


def read_tax_codes(cell, job):
    """Tax codes apart by ";" (or a new line); their warnings belong to the enterprises."""
    if not isinstance(cell, str):
        return (parse_tax_code(cell).text,)
    parts = [part for part in cell.replace("\n", ";").split(";") if clean(part)]
    return tuple(dict.fromkeys(parse_tax_code(part).text for part in parts))


class OrganizationsKind(WorkbookKind):
    name = "organizations"
    label = gettext_lazy("Organisations, with their founding")
    keys = (("code",), ("type", "name"))
    rehearsed = True
    columns = (
        Column("code", "Mã", (
            "Mã tổ chức", "Mã số", "Mã tổ chức đảng", "Ký hiệu", "Mã hiệu", "Mã công đoàn", "Mã đơn vị",
        ), read_text(40)),
        Column("name", "Tên tổ chức", (
            "Tổ chức", "Tên tổ chức đảng", "Tên tổ chức công đoàn", "Tên công đoàn cơ sở", "Tên chi bộ", "Tên chi đoàn",
            "Tên công đoàn", "Tên chi, đảng bộ", "Tên tổ chức cơ sở đảng", "Tên tổ chức đoàn",
            "Tên tổ chức Đoàn thanh niên",
            "Tên chi bộ, đảng bộ", "Tên tổ chức đảng, đoàn thể", "Tổ chức đảng",
        ), read_name, required=True),
        Column("type", "Loại tổ chức", (
            "Loại hình tổ chức", "Loại", "Loại hình", "Loại tổ chức đảng", "Loại hình tổ chức đảng", "Kiểu tổ chức",
        ), read_type, required=True),
        Column("parent", "Trực thuộc", (
            "Tổ chức cấp trên", "Thuộc tổ chức", "Cấp trên trực tiếp", "Trực thuộc tổ chức", "Cấp trên",
            "Đơn vị trực thuộc", "Trực thuộc đảng bộ", "Tổ chức cấp trên trực tiếp", "Thuộc", "Trực thuộc tổ chức đảng",
        ), read_text(250)),
        Column("enterprises", "Mã số thuế doanh nghiệp", (
            "Mã số thuế", "Mã số doanh nghiệp", "Doanh nghiệp (mã số thuế)", "Mã số thuế đơn vị", "Mã số thuế công ty",
            "Mã số thuế các doanh nghiệp", "Mã số thuế DN (nhiều DN cách nhau bằng ;)",
        ), read_tax_codes),
        Column("number", "Số quyết định", (
            "Quyết định", "Số QĐ thành lập", "Số quyết định thành lập", "Quyết định thành lập",
            "Quyết định thành lập số",
            "Số, ký hiệu quyết định", "Số ký hiệu", "Số quyết định công nhận", "Số văn bản", "Số hiệu quyết định",
            "Quyết định công nhận", "Số và ký hiệu quyết định",
        ), read_text(80), required=True),
        Column("decided_on", "Ngày quyết định", (
            "Ngày thành lập", "Ngày QĐ thành lập", "Ngày quyết định thành lập", "Ngày ký", "Ngày ban hành",
            "Ngày ký quyết định", "Ngày công nhận", "Ngày quyết định công nhận", "Ngày văn bản",
            "Ngày ban hành quyết định",
            "Quyết định thành lập ngày", "Ngày",
        ), read_day, required=True),
        Column("issuer", "Cơ quan ban hành", (
            "Cơ quan ra quyết định", "Cơ quan ký", "Đơn vị ban hành", "Nơi ban hành", "Cấp ban hành",
            "Cơ quan quyết định",
            "Cơ quan ban hành quyết định", "Cấp ra quyết định", "Cấp quyết định",
        ), read_text(250)),
        Column("members", "Số thành viên", (
            "Thành viên", "Số đảng viên", "Số đoàn viên", "Số đảng viên, đoàn viên", "Đảng viên", "Đoàn viên",
            "Số lượng thành viên", "Số lượng đảng viên", "Số lượng đoàn viên", "Số đoàn viên công đoàn",
            "Số đảng viên khi thành lập",
            "Số thành viên khi thành lập", "Số đoàn viên khi thành lập", "Số hội viên",
        ), read_count),
    )  # fmt: skip
    fields = {
        "effective_on": "decided_on", "issued_on": "decided_on", "on": "members", "total": "members", "to_type": "type",
        "reason": "", "organization": "name", "kind": "type", "quantity": "members",
    }  # fmt: skip

    def prepare(self, job):
        job.names = Types()

    def resolve(self, job: Job):
        wrong = job.wrong_rows()
        rows = self._once_each(job, job.good_rows())
        names = ("name", "code", "parent")
        texts = [text for row in rows + wrong for text in map(row.values.get, names) if text]
        known = Organizations(job.zone, texts, up=True)
        self._match(job, rows, known)
        self._find_enterprises(job, rows + wrong)
        self._find_parents(job, rows + wrong, known)
        self._name_issuers(job, rows)
        foundings = _foundings([row.existing.pk for row in rows if row.existing])
        covered = _covered([row.existing.pk for row in rows if row.existing and row.values["enterprises"]])
        counts = latest_counts("organization", [row.existing.pk for row in rows if row.existing])
        for row in rows:
            if not row.failed:
                self._compare(job, row, foundings, covered, counts)
        warn_of_alike_organizations(job, (row for row in rows if row.existing is None and not row.failed))

    def _once_each(self, job, rows):
        first, kept = {}, []
        for row in rows:
            values = row.values
            key = values["code"] or (values["type"].pk, search_key(values["name"])[:400])
            if (earlier := first.setdefault(key, row)) is not row:
                job.repeats(row, earlier, "code" if values["code"] else "name")
            else:
                kept.append(row)
        return [row for row in kept if not row.failed]

    def _match(self, job, rows, known):
        """Give each row the live organisation of the zone it is about: by code, else by name and (first) type."""
        names = {row: search_key(row.values["name"])[:400] for row in rows}
        here = {
            key: [one for one in known.by_name.get(key, ()) if one.zone_id == job.zone.pk] for key in names.values()
        }
        founded = defaultdict(set)
        events = Event.objects.live().filter(kind__in=BEGINNINGS)
        for part in chunks([one.pk for found in here.values() for one in found], 5000):
            for pk, type_id, day in events.filter(organization__in=part).values_list(
                "organization_id", "type_id", "effective_on"
            ):
                founded[pk].add((type_id, day))
        for row in rows:
            values = row.values
            if values["code"]:
                found = [one for one in known.by_code.get(values["code"], ()) if one.zone_id == job.zone.pk]
            else:
                found = [
                    one
                    for one in here[names[row]]
                    if one.type_id == values["type"].pk
                    or values["type"].pk in {type_id for type_id, _day in founded[one.pk]}
                ]
                same_founding = [one for one in found if (values["type"].pk, values["decided_on"]) in founded[one.pk]]
                # one that has ended leaves its name free, unless the line tells of its own founding
                found = same_founding or [one for one in found if one.dissolved_on is None]
                found = [one for one in found if one.dissolved_on is None] or found
            if len(found) > 1:
                job.error(row, "name", _("Several organisations have this name: give the code."))
            elif found:
                row.existing = found[0]
                self._check_identity(job, row, founded)

    def _check_identity(self, job, row, founded):
        values, one = row.values, row.existing
        if search_key(values["name"]) != search_key(one.name):
            job.error(
                row, "name",
                _("The ledger calls it “%(name)s”: record a new name as the event “Đổi tên”.") % {"name": one.name},
            )  # fmt: skip
        elif clean(values["name"]) != one.name:
            job.warn(row, "name", _("The ledger writes “%(name)s”; that stays.") % {"name": one.name})
        types = {type_id for type_id, _day in founded[one.pk]} | {one.type_id}
        if values["type"].pk not in types:
            job.error(row, "type", _("The ledger says “%(type)s”: record the change as an event.") % {"type": one.type})

    def _find_enterprises(self, job, rows):
        found = Enterprises(job.zone, [code for row in rows for code in row.values["enterprises"] or ()])
        for row in rows:
            row.draft = {"enterprises": []}
            for code in row.values["enterprises"] or ():
                try:
                    row.draft["enterprises"].append(found.find(code))
                except Unreadable as error:
                    job.error(row, "enterprises", error)
                    break

    def _find_parents(self, job, rows, known):
        """The organisation each row belongs to: another line of the file, or a recorded one of the same sector."""
        lines = defaultdict(list)
        for row in rows:
            # a line whose type cannot be read may be of any sector
            for sector in [row.values["type"].sector] if row.values["type"] else Sector:
                for key in {search_key(row.values["name"] or ""), row.values["code"]} - {"", None}:
                    lines[(sector, key)].append(row)
        for row in rows:
            text = row.values["parent"]
            if not text or not row.values["type"]:
                continue
            sector = row.values["type"].sector
            in_file = [
                one for one in lines.get((sector, clean(text))) or lines.get((sector, search_key(text)), ())
                if one is not row
            ]  # fmt: skip
            in_file = [one for one in in_file if not one.failed] or in_file
            if len(in_file) == 1:
                row.draft["parent"] = in_file[0].existing or in_file[0]
                continue
            try:
                row.draft["parent"] = known.find(text, sector)
            except Unreadable as error:
                job.error(row, "parent", error)
        for row in rows:
            seen, above = {row}, row.draft.get("parent")
            while above is not None and not isinstance(above, Organization):
                if above in seen:
                    job.error(row, "parent", _("These lines belong to each other in a circle."))
                    break
                seen.add(above)
                above = above.draft.get("parent")

    def _name_issuers(self, job, rows):
        decisions = Decisions([job.zone.pk], [row.values["number"] for row in rows])
        for row in rows:
            values = row.values
            issuer = decisions.issuer(values["issuer"] or "", values["number"], values["decided_on"])
            row.draft["decision"] = DecisionKey(issuer, values["number"], values["decided_on"])

    def _compare(self, job, row, foundings, covered, counts):
        values, draft = row.values, row.draft
        day = values["decided_on"]
        members, on = values["members"], job.counted_on or day
        if row.existing is None:
            row.outcome = CREATED
            if problem := job.lock_problem(job.zone.pk, day):
                job.error(row, "decided_on", problem)
        else:
            self._compare_founding(job, row, foundings.get(row.existing.pk))
            parent = draft.get("parent")
            if parent is not None and getattr(parent, "pk", parent) != row.existing.parent_id:
                draft["new_parent"] = True
                row.outcome = UPDATED
                row.before["parent"] = str(row.existing.parent or "")
            new = [one for one in draft["enterprises"] if one.pk not in covered[row.existing.pk]]
            draft["new_enterprises"] = new
            if new:
                row.outcome = UPDATED
                row.before["enterprises"] = ""
        if members is not None:
            recorded_level = level(counts.get(row.existing.pk, {}), on) if row.existing else None
            if recorded_level == members:
                members = None
            else:
                row.outcome = row.outcome if row.outcome == CREATED else UPDATED
                row.before["members"] = "" if recorded_level is None else format_count(recorded_level)
                if on != day and (problem := job.lock_problem(job.zone.pk, on)):
                    job.error(row, "members", problem)
        draft["members"], draft["on"] = members, on

    def _compare_founding(self, job, row, event):
        """What the ledger says of the founding, against the line: another decision is a correction."""
        values, draft = row.values, row.draft
        if event is None:
            if row.existing.founded_on is None:
                draft["found"] = True
                row.outcome = UPDATED
            return
        key = draft["decision"]
        if event.decision is not None:
            recorded_key = DecisionKey(event.decision.issuer.name, event.decision.number, event.decision.issued_on)
            if recorded_key.normal() == key.normal():
                return
            if not values["issuer"] and recorded_key.normal()[1:] == key.normal()[1:]:
                draft["decision"] = recorded_key
                return
        if not job.corrections:
            says = describe(event.decision) if event.decision else f"{event.effective_on:%d/%m/%Y}"
            name = "number"
            if event.effective_on != values["decided_on"]:
                name = "decided_on"
            elif event.decision and event.decision.number_key == event.decision.key_of(values["number"]):
                name = "issuer"
                says = event.decision.issuer.name
            job.error(row, name, contradiction({"ledger": says, "file": _said(row, name)}))
        elif event.act:
            job.error(row, "number", _("This founding is part of a larger act: correct it on its page."))
        else:
            draft["correct"] = event
            row.outcome = UPDATED
            row.before["number"] = describe(event.decision) if event.decision else ""

    def zones(self, job):
        existing = {row.existing.pk for row in job.changed_rows() if row.existing is not None}
        return {job.zone.pk} | zones_touched(existing)

    def spoilt(self, job):
        """Lines under a line that is wrong, and lines of an organisation that cannot be judged, wait for it."""
        wrong = {row for row in job.rows if row.failed}
        found = set()
        for row in job.rows:
            above, steps = row, 0
            while isinstance(above.draft, dict) and steps < 50:
                above, steps = above.draft.get("parent"), steps + 1
                if above is None or isinstance(above, Organization):
                    break
                if above in wrong:
                    found.add(row)
                    break
        return found

    # ------------------------------------------------------------------ writing

    def write(self, job, rows):
        with_batch = {row.draft["decision"]: row.batch_row for row in reversed(rows)}
        writes = [row for row in rows if row.outcome == CREATED or row.draft.get("found") or row.draft.get("correct")]
        keys = {row.draft["decision"]: row for row in reversed(writes)}
        decisions = {}
        if keys:
            decisions = told_by_row(list(keys.values()), lambda: record_decisions(
                keys=list(keys), zone=job.zone, by=job.by, batch_row_of=with_batch))  # fmt: skip
        warnings: dict = defaultdict(list)
        self._correct(job, rows, decisions, warnings)
        new = [row for row in rows if row.outcome == CREATED]
        drafts = {
            row: OrganizationDraft(
                name=row.values["name"], type=row.values["type"], decision=decisions[row.draft["decision"]],
                code=row.values["code"] or "", enterprises=tuple(row.draft["enterprises"]), batch_row=row.batch_row,
                members=row.draft["members"], members_on=row.draft["on"],
            )
            for row in new
        }  # fmt: skip
        for row, draft in drafts.items():
            parent = row.draft.get("parent")
            draft.parent = drafts.get(parent, parent if isinstance(parent, Organization) else None)
        if drafts:
            _organizations, _events, found = told_by_row(new, lambda: establish_many(
                zone=job.zone, drafts=list(drafts.values()), by=job.by, unusual="allow"))  # fmt: skip
            for row, problems in by_rows(new, found).items():
                warnings[row] += problems
        self._amend(job, [row for row in rows if row.outcome == UPDATED], drafts)
        return warnings

    def _correct(self, job, rows, decisions, warnings):
        for chosen, reason in (
            ([row for row in rows if row.draft.get("correct")], job.corrections or ""),
            ([row for row in rows if row.draft.get("found")], ""),
        ):
            if not chosen:
                continue
            _events, found = told_by_row(chosen, lambda chosen=chosen, reason=reason: recorded(
                drafts=[_founding_draft(row, decisions[row.draft["decision"]]) for row in chosen],
                reversing=[row.draft["correct"] for row in chosen if row.draft.get("correct")],
                by=job.by, reason=reason, unusual="allow",
            ))  # fmt: skip
            for row, problems in by_rows(chosen, found).items():
                warnings[row] += problems

    def _amend(self, job, rows, drafts):
        """New superiors, enterprises and counts of organisations that are recorded already."""
        amended = [row for row in rows if row.draft.get("new_parent") or row.draft.get("new_enterprises")]
        amendments = []
        for row in amended:
            parent = row.draft.get("parent") if row.draft.get("new_parent") else None
            if parent is not None and not isinstance(parent, Organization):
                parent = drafts[parent].row
            amendments.append(
                OrganizationAmendment(row.existing, parent, tuple(row.draft["new_enterprises"]), row.batch_row)
            )
        if amendments:
            told_by_row(amended, lambda: amend_organizations(zone=job.zone, drafts=amendments, by=job.by))
        counted = [row for row in rows if row.draft["members"] is not None]
        if counted:
            told_by_row(counted, lambda: record_headcounts(
                drafts=[
                    HeadcountDraft(row.existing, row.draft["on"], row.draft["members"], batch_row=row.batch_row)
                    for row in counted
                ],
                by=job.by, replace=True, skip_same_level=True,
            ))  # fmt: skip


def _founding_draft(row, decision):
    """The founding by ``decision``; one that is corrected keeps all else that was recorded of it."""
    event = row.draft.get("correct")
    if event is None:
        return Draft(Kind.ESTABLISHED, row.existing, decision=decision, batch_row=row.batch_row)
    return Draft(
        event.kind, row.existing, decision=decision, batch_row=row.batch_row, like=event, note=event.note,
        to_type=event.type, to_zone=event.zone, founding=event.counts_as_new,
    )  # fmt: skip


def _said(row, name):
    return text_of(row.values[name]) or "—"


def _foundings(organization_ids):
    """The live event that begins each organisation."""
    found = {}
    for part in chunks(organization_ids, 5000):
        rows = Event.objects.live().filter(organization__in=part, kind__in=BEGINNINGS)
        for event in rows.select_related("organization", "decision__issuer", "type", "zone"):
            found[event.organization_id] = event
    return found


def _covered(organization_ids):
    covered = defaultdict(set)
    for part in chunks(organization_ids, 5000):
        rows = Coverage.objects.filter(organization__in=part, valid_to=None)
        for organization_id, enterprise_id in rows.values_list("organization_id", "enterprise_id"):
            covered[organization_id].add(enterprise_id)
    return covered
