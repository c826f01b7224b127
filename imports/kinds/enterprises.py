"""Enterprises: tax code, name, park, form, capital, workers."""

from collections import defaultdict

from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations.actions import EnterpriseDraft, save_enterprises
from organizations.actions.checks import chunks
from organizations.actions.enterprises import FIELDS
from organizations.doubts import doubt_of_capital
from organizations.models import Enterprise, EnterpriseStatus, LegalForm, Ownership
from vietnamese.dates import check_event_date, format_date, parse_date
from vietnamese.numbers import format_count
from vietnamese.text import search_key

from .. import cells
from ..job import CREATED, UPDATED, Job
from ..lookups import Parks
from ..reader.table import Column
from ..vocabulary import choices
from .alike import warn_of_alike
from .base import WorkbookKind, read_count, read_name, read_tax_code, told_by_row
from .counts import latest_counts, level

MANY = 1000  # lines
PART = 5000  # lines written by one act
CHOICES = {"legal_form": LegalForm, "ownership": Ownership, "status": EnterpriseStatus}


def read_park(cell, job):
    return job.names.find(cell)


def read_choice(table):
    def parse(cell, job):
        return cells.choice(*choices(table))(cell)

    return parse


def read_start(cell, job):
    day = parse_date(cell)
    return check_event_date(day, max(day, job.today))  # a planned start lies ahead; ``resolve`` knows whose it may be


def read_countries(cell, job):
    return cells.text(250)(cell)


class Enterprises(WorkbookKind):
    name = "enterprises"
    label = gettext_lazy("Enterprises")
    keys = (("tax_code",), ("name",))
    columns = (
        Column("tax_code", "Mã số thuế", (
            "Mã số doanh nghiệp", "Mã số thuế doanh nghiệp", "Mã số thuế công ty", "Mã thuế", "Tax code",
            "Mã số doanh nghiệp/mã số thuế", "Mã số thuế đơn vị", "MSDN",
        ), read_tax_code),
        Column("name", "Tên doanh nghiệp", (
            "Doanh nghiệp", "Tên công ty", "Công ty", "Tên đơn vị", "Tên doanh nghiệp/đơn vị", "Tên cơ sở",
            "Tên doanh nghiệp, hợp tác xã", "Tên hợp tác xã", "Tên doanh nghiệp, đơn vị", "Tên nhà đầu tư",
            "Tên đầy đủ", "Tên doanh nghiệp (tiếng Việt)",
        ), read_name, required=True),
        Column("park", "Khu công nghiệp", (
            "Tên khu công nghiệp", "Thuộc khu công nghiệp", "Địa bàn khu công nghiệp", "Khu/cụm công nghiệp",
            "Khu công nghiệp, cụm công nghiệp", "KCN/CCN", "Khu CN", "Tại khu công nghiệp", "Trong khu công nghiệp",
        ), read_park, required=True),
        Column("legal_form", "Loại hình", (
            "Loại hình doanh nghiệp", "Loại hình công ty", "Loại doanh nghiệp", "Hình thức pháp lý",
            "Loại hình pháp lý", "Loại hình tổ chức doanh nghiệp",
        ), read_choice("LEGAL_FORMS")),
        Column("ownership", "Loại vốn", (
            "Nguồn vốn", "Hình thức vốn", "Thành phần kinh tế", "Hình thức sở hữu", "Sở hữu", "Vốn",
            "Loại hình sở hữu", "Vốn đầu tư", "Loại vốn đầu tư", "Hình thức sở hữu vốn",
        ), read_choice("OWNERSHIPS")),
        Column("countries", "Quốc gia", (
            "Nước đầu tư", "Quốc gia đầu tư", "Quốc tịch", "Nước", "Nhà đầu tư nước", "Quốc gia nhà đầu tư",
            "Quốc gia/vùng lãnh thổ", "Quốc gia, vùng lãnh thổ", "Quốc tịch nhà đầu tư", "Nước, vùng lãnh thổ đầu tư",
        ), read_countries),
        Column("workers", "Số lao động", (
            "Lao động", "Số người lao động", "Người lao động", "Số công nhân", "Công nhân", "Số lao động (người)",
            "Số công nhân lao động", "Công nhân lao động", "Số CNLĐ", "Tổng số lao động", "Tổng số công nhân",
            "Quy mô lao động", "Số lượng lao động", "Số lượng người lao động", "Số lượng công nhân", "Số NLĐ",
        ), read_count),
        Column("started_on", "Ngày hoạt động", (
            "Ngày bắt đầu hoạt động", "Ngày đi vào hoạt động", "Thời điểm hoạt động", "Ngày khởi công hoạt động",
            "Bắt đầu hoạt động", "Ngày hoạt động sản xuất", "Ngày bắt đầu hoạt động sản xuất kinh doanh",
            "Thời gian hoạt động", "Thời gian bắt đầu hoạt động", "Hoạt động từ ngày", "Ngày vào hoạt động",
        ), read_start),
        Column("status", "Trạng thái", (
            "Tình trạng", "Tình trạng hoạt động", "Trạng thái hoạt động", "Hiện trạng", "Tình hình hoạt động",
            "Tình trạng doanh nghiệp",
        ), read_choice("STATUSES")),
    )  # fmt: skip
    fields = {"workers": "workers", "on": "workers", "total": "workers", "moved_on": "park"}
    KEPT = ("name", "park", "legal_form", "ownership", "countries", "status", "started_on")

    def given(self, job):
        return ["park"] if job.park else []

    def prepare(self, job):
        job.names = Parks(job.zone)

    def resolve(self, job: Job):
        for row in job.wrong_rows():
            self._check_start(job, row)
        rows = job.good_rows()
        for row in rows:
            self._normalise(job, row)
            self._check_start(job, row)
        rows = self._once_each(job, [row for row in rows if not row.failed])
        names = self._recorded(job, rows)
        counted = [row.existing[0] for row in rows if row.existing and row.values["workers"] is not None]
        counts = latest_counts("enterprise", counted)
        day = job.counted_on or job.today
        for row in rows:
            values = row.values
            self._warn_about(job, row)
            different = values
            if row.existing is None:
                row.outcome = CREATED
            else:
                different = {
                    field: values[field]
                    for field, before in zip(self.KEPT, row.existing[3:], strict=True)
                    if values[field] is not None and _plain(field, values[field]) != before
                }
                if values["tax_code"] and values["tax_code"] != row.existing[1]:
                    different["tax_code"] = values["tax_code"]
                    row.before["tax_code"] = row.existing[1]
                if different:
                    row.outcome = UPDATED
                    row.before |= self._before(job, row.existing, different)
                if "park" in different and (problem := job.lock_problem(job.zone.pk, job.today)):
                    job.error(row, "park", problem)
            workers = values["workers"]
            if workers is not None:
                recorded_level = level(counts.get(row.existing[0], {}) if row.existing else {}, day)
                if recorded_level == workers:
                    workers = None
                else:
                    if problem := job.lock_problem(job.zone.pk, day):
                        job.error(row, "workers", problem)
                    if row.existing is not None:
                        row.outcome = UPDATED
                        row.before["workers"] = "" if recorded_level is None else format_count(recorded_level)
            row.draft = (different, workers, day)
        warn_of_alike(job, (row for row in rows if row.existing is None), names)

    def _before(self, job, existing, different):
        """What is recorded in the fields that differ, in words."""
        recorded = dict(zip(self.KEPT, existing[3:], strict=True))
        return {name: _in_words(name, recorded[name], job.names) for name in different if name in recorded}

    def _normalise(self, job, row):
        values = row.values
        code = values["tax_code"]
        if code is None:
            values["tax_code"] = ""
            job.warn(row, "tax_code", _("No tax code: the enterprise is known by its name."))
        else:
            for warning in code.warnings:
                job.warn(row, "tax_code", warning)
            values["tax_code"] = code.text
        if values["park"] is None:
            values["park"] = job.park

    def _check_start(self, job, row):
        started, status = row.values["started_on"], row.values["status"]
        if "status" in row.wrong:
            return
        if started is not None and started > job.today and status != EnterpriseStatus.NOT_STARTED:
            job.error(
                row, "started_on",
                _("%(day)s lies in the future: check it, or write “Chưa hoạt động” as the status.")
                % {"day": f"{started:%d/%m/%Y}"},
            )  # fmt: skip

    def _once_each(self, job, rows):
        """The rows that are the first of their key in the file."""
        first, kept = {}, []
        for row in rows:
            code = row.values["tax_code"]
            key = code or search_key(row.values["name"])[:400]
            row.draft = key
            if (earlier := first.setdefault(key, row)) is not row:
                job.repeats(row, earlier, "tax_code" if code else "name")
            else:
                kept.append(row)
        return kept

    def _recorded(self, job, rows):
        """Give each row the live enterprise it is about; returns the search key of each row's name."""
        by_code, by_name = {}, defaultdict(list)
        columns = ("pk", "tax_code", "search_key", "name", "park_id", "legal_form", "ownership", "countries", "status",
                   "started_on")  # fmt: skip
        live = Enterprise.objects.live().filter(zone=job.zone).order_by()
        names = {row: search_key(row.values["name"])[:400] for row in rows}
        if len(rows) > MANY:  # one walk through the zone costs less than asking for so many
            found = live.values_list(*columns)
        else:
            codes = [row.values["tax_code"] for row in rows if row.values["tax_code"]]
            found = live.filter(Q(tax_code__in=codes) | Q(search_key__in=set(names.values()))).values_list(*columns)
        for one in found:
            if one[1]:
                by_code[one[1]] = one
            by_name[one[2]].append(one)
        for row in rows:
            if code := row.values["tax_code"]:
                row.existing = by_code.get(code)
                continue
            named = by_name.get(names[row], ())
            bare = [found for found in named if not found[1]]
            if len(bare or named) > 1:
                codes = ", ".join(sorted(found[1] for found in named))
                job.error(row, "name", _("Several enterprises have this name: give the tax code (%(codes)s).")
                          % {"codes": codes})  # fmt: skip
            elif named:
                row.existing = (bare or named)[0]
        return names

    def _warn_about(self, job, row):
        values = row.values
        ownership = values["ownership"] or (row.existing[6] if row.existing else None)
        nations = values["countries"] or (row.existing[7] if row.existing else "")
        if doubt := doubt_of_capital(ownership, nations):
            job.warn(row, "countries", doubt)

    def write(self, job, rows):
        for part in chunks(rows, PART):  # so that memory does not grow with the file
            existing = Enterprise.objects.in_bulk([row.existing[0] for row in part if row.existing])
            drafts = [self._draft(row, existing) for row in part]
            told_by_row(part, lambda drafts=drafts: save_enterprises(zone=job.zone, drafts=drafts, by=job.by))
        return {}

    def _draft(self, row, existing):
        different, workers, day = row.draft
        values = {name: different[name] for name in FIELDS if different.get(name) is not None}
        return EnterpriseDraft(
            values, existing[row.existing[0]] if row.existing else None, workers, day, row.batch_row
        )  # fmt: skip


def _plain(field, value):
    return value.pk if field == "park" else value


def _in_words(field, value, parks):
    if value is None or value == "":
        return ""
    if field == "park":
        return parks.parks[value].name
    if field == "started_on":
        return format_date(value)
    return capfirst(str(CHOICES[field](value).label)) if field in CHOICES else str(value)
