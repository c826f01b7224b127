"""Headcounts: workers of enterprises, members of organisations, on a day."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organizations.actions import HeadcountDraft, record_headcounts
from organizations.actions.checks import chunks
from organizations.models import Headcount
from vietnamese.errors import Unreadable
from vietnamese.numbers import format_count

from ..job import CREATED, UPDATED, Job
from ..lookups import Enterprises, Organizations
from ..reader.table import Column
from .base import WorkbookKind, read_count, read_day, read_tax_code, read_text, told_by_row

PART = 5000  # lines written by one act
PARTS = ("female", "official")


class Headcounts(WorkbookKind):
    name = "headcounts"
    label = gettext_lazy("Headcounts")
    keys = (("tax_code", "on"), ("organization", "on"))
    columns = (
        Column("tax_code", "Mã số thuế", (
            "Mã số doanh nghiệp", "Mã số thuế doanh nghiệp", "Mã số thuế đơn vị", "Mã thuế", "Mã số thuế công ty",
        ), read_tax_code),
        Column("organization", "Tổ chức", (
            "Tên tổ chức", "Mã tổ chức", "Tổ chức đảng", "Tên tổ chức đảng", "Mã hoặc tên tổ chức", "Chi bộ",
            "Tên chi bộ",
            "Tên công đoàn cơ sở", "Công đoàn cơ sở", "Tổ chức công đoàn", "Tên tổ chức công đoàn", "Tên công đoàn",
        ), read_text(250)),
        Column("on", "Ngày", (
            "Ngày số liệu", "Thời điểm", "Tại ngày", "Ngày chốt", "Ngày chốt số liệu", "Thời điểm số liệu",
            "Tính đến ngày",
            "Ngày báo cáo", "Số liệu đến ngày", "Đến ngày", "Ngày thống kê",
        ), read_day, required=True),
        Column("total", "Tổng số", (
            "Số lao động", "Tổng số lao động", "Số người", "Số lượng", "Lao động", "Số đoàn viên", "Số đảng viên",
            "Số thành viên", "Tổng số người", "Tổng số đoàn viên", "Tổng số đảng viên", "Tổng", "Số người lao động",
            "Số công nhân", "Tổng số công nhân", "Số công nhân lao động",
        ), read_count, required=True),
        Column("female", "Nữ", (
            "Trong đó nữ", "Số nữ", "Lao động nữ", "Số lao động nữ", "Đảng viên nữ", "Đoàn viên nữ",
        ), read_count),
        Column("official", "Chính thức", (
            "Đảng viên chính thức", "Số đảng viên chính thức", "Số chính thức", "Trong đó chính thức",
        ), read_count),
    )  # fmt: skip
    either = (("tax_code", "organization"),)

    def resolve(self, job: Job):
        rows = job.good_rows() + job.wrong_rows()
        self._find_subjects(job, rows)
        for row in rows:
            self._check_parts(job, row)
        rows = self._once_each(job, job.good_rows())
        live = _live([row.existing for row in rows])
        for row in rows:
            values = row.values
            recorded = live.get((type(row.existing), row.existing.pk, values["on"]))
            parts = {name: values[name] for name in PARTS}
            if recorded is not None:  # an empty cell says nothing about what is recorded
                kept = {name: getattr(recorded, name) for name in PARTS if parts[name] is None}
                parts |= {name: part for name, part in kept.items() if part is not None and part <= values["total"]}
            row.draft = HeadcountDraft(row.existing, values["on"], values["total"], parts["official"], parts["female"])
            if recorded is not None:
                row.draft.workers, row.draft.decision = recorded.workers, recorded.decision
                if row.draft.workers is not None and row.draft.workers > values["total"]:
                    row.draft.workers = None
                if _measures(recorded) == row.draft.measures():
                    continue
            if problem := job.lock_problem(row.existing.zone_id, values["on"]):
                job.error(row, "on", problem)
            row.outcome = CREATED if recorded is None else UPDATED
            if recorded is not None:
                row.before = {
                    name: "" if getattr(recorded, name) is None else format_count(getattr(recorded, name))
                    for name in ("total", *PARTS)
                    if values[name] is not None and getattr(recorded, name) != values[name]
                }

    def _check_parts(self, job, row):
        values = row.values
        for name in PARTS:
            if None not in (values[name], values["total"]) and values[name] > values["total"]:
                job.error(row, name, _("%(part)s exceeds the total of %(total)s.")
                          % {"part": values[name], "total": values["total"]})  # fmt: skip

    def _find_subjects(self, job, rows):
        texts = {row.values["organization"] for row in rows if row.values["organization"]}
        organizations = Organizations(job.zone, texts)
        codes = [row.values["tax_code"].text for row in rows if row.values["tax_code"]]
        enterprises = Enterprises(job.zone, codes, below=True)
        for row in rows:
            code, text = row.values["tax_code"], row.values["organization"]
            if row.wrong & {"tax_code", "organization"}:
                continue
            if code and text:
                job.error(row, "organization", _("Give either the tax code or the organisation, not both in one line."))
                continue
            if not code and not text:
                name = "tax_code" if "tax_code" in job.header.fields else "organization"
                job.error(row, name, _("Give the tax code of an enterprise, or an organisation."))
                continue
            try:
                row.existing = enterprises.find(code.text) if code else organizations.find(text)
            except Unreadable as error:
                job.error(row, "tax_code" if code else "organization", error)
                continue
            row.values["tax_code"] = code and code.text
            for warning in code.warnings if code and not row.failed else ():
                job.warn(row, "tax_code", warning)

    def _once_each(self, job, rows):
        first, kept = {}, []
        for row in rows:
            key = (type(row.existing), row.existing.pk, row.values["on"])
            if (earlier := first.setdefault(key, row)) is not row:
                job.repeats(row, earlier, "total")
            else:
                kept.append(row)
        return kept

    def zones(self, job):
        return {row.existing.zone_id for row in job.changed_rows()} | {job.zone.pk}

    def write(self, job, rows):
        for row in rows:
            row.draft.batch_row = row.batch_row
        reason = job.corrections or ""
        for part in chunks(rows, PART):
            drafts = [row.draft for row in part]
            told_by_row(
                part, lambda drafts=drafts: record_headcounts(drafts=drafts, by=job.by, replace=True, reason=reason)
            )
        return {}


def _measures(row):
    return (row.total, row.official, row.female, row.workers)


def _live(subjects):
    """The live counts of the subjects: (model, id, day) → Headcount."""
    ids: dict = {}
    for subject in subjects:
        ids.setdefault(type(subject), set()).add(subject.pk)
    found = {}
    for model, pks in ids.items():
        column = f"{model._meta.model_name}"
        for part in chunks(list(pks), 5000):
            for row in Headcount.objects.live().filter(**{f"{column}__in": part}).select_related("decision"):
                found[(model, getattr(row, f"{column}_id"), row.on)] = row
    return found
