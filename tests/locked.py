"""Every way in which something dated can be written, for tests that hold a closed period against each of them.

A way is a function of a ``Desk``: it prepares what it needs and returns the deed, a function that tries to write
something of 2024 and returns the words of the answer.
"""

import json
from datetime import date
from io import StringIO
from uuid import uuid4

from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from imports import matching
from organizations import actions
from organizations.models import Batch, Decision
from targets.models import Target
from tests import make
from tests.api import Api
from tests.imports.office import take_in, workbook
from tests.reports.reading import filled, words_of

BEFORE, FOUNDED, IN_IT, AFTER = date(2022, 3, 1), date(2023, 3, 1), date(2024, 5, 20), date(2025, 2, 3)
PAPER = {"number": "12-QĐ/ĐU", "issued_on": "20/05/2024", "issuer": "Đảng ủy Khu kinh tế Hải Phòng"}
COUNTED = {"quantity": "4", "female": "1", "workers": "3"}
WHY = "Theo thực tế"
BEFOREHAND = {"number": "90-QĐ/ĐU", "issued_on": "10/12/2023", "issuer": "Đảng ủy Khu kinh tế Hải Phòng"}
PROMISED = {
    code: [["Đơn vị", "Chỉ tiêu", "Năm", "Mức giao", "Văn bản giao", "Ngày văn bản"],
           ["HP-KKT", code, "2024", "8", "90-QĐ/ĐU", BEFOREHAND["issued_on"]]]
    for code in ("party_members", "youth_members")
}  # fmt: skip
QUOTED = {"number": "12-QĐ/ĐU", "issuer": "Đảng ủy Khu kinh tế Hải Phòng", "issued_on": "2024-05-20"}


class Desk:
    """A zone with years behind it and an administrator who tries to write: rights never refuse, only the lock does."""

    def __init__(self):
        city = make.city()
        self.zone = make.zone("HP-KKT", parent=city, name="Khu kinh tế Hải Phòng")
        self.other = make.zone("HP-KHAC", parent=city)
        self.park = make.park("KCN Đình Vũ", zone=self.zone)
        self.park_beside = make.park("KCN Tràng Duệ", zone=self.zone)
        self.admin = make.user("admin", role="admin")
        self.by = make.system()
        self.client = Client()
        self.client.force_login(self.admin)
        self.api = Api(self.admin)
        self.host = make.enterprise("Công ty Sao Mai", zone=self.zone, park=self.park)
        self.cell = self.founded("Chi bộ Sao Mai", "party_cell", code="CB-1", enterprises=[self.host])
        self.cell_beside = self.founded("Chi bộ Biển Đông", "party_cell")
        self.committee = self.founded("Đảng bộ Cảng", "party_committee")
        self.spare = self.founded("Chi bộ Cảng Cá", "party_cell", code="CB-2")  # nothing is known of it since
        make.admission(self.spare, 40, on=FOUNDED)
        self.union = self.founded("Công đoàn Sao Mai", "union_base", code="CD-1")
        self.asleep = self.founded("Chi bộ Tạm Ngừng", "party_cell")
        actions.suspend(organization=self.asleep, decision=make.decision(on=FOUNDED), by=self.by)
        make.admission(self.cell, 40, on=FOUNDED)
        make.joining(self.union, 40, on=FOUNDED)
        self.admission = make.admission(self.cell, 5, on=IN_IT)
        self.later = make.admission(self.cell, 6, on=AFTER)
        self.month = make.joining(self.union, 7, on=date(2024, 3, 1))
        self.count = actions.record_headcount(subject=self.union, on=IN_IT, total=44, by=self.by)
        self.later_count = actions.record_headcount(subject=self.union, on=AFTER, total=45, by=self.by)
        self.rating = actions.rate_organization(organization=self.cell, year=2024, grade="well", by=self.by)
        self.source = actions.record_admission_source(organization=self.cell, year=2024, trained=3, by=self.by)
        self.target = make.target(zone=self.zone, indicator="party_orgs", year=2024, low=5, high=7)
        self.twin = self.founded("Chi bộ Ghi Hai Lần", "party_cell", on=IN_IT)
        self.merged = self.founded("Chi bộ Đã Gộp", "party_cell", on=IN_IT)
        actions.merge_duplicates(survivor=self.cell_beside, duplicate=self.merged, by=self.by, reason=WHY)
        self.entered = uuid4()
        self.batch = self.imported()
        self.decided = make.decision("91-QĐ/ĐU", on=date(2023, 12, 11))
        self.assigned = Batch.objects.get(pk=take_in(PROMISED["party_members"], by=self.admin).batch)
        self.enter_rows()

    def founded(self, name, type_, *, on=FOUNDED, **values):
        return make.organization(name, zone=self.zone, type=type_, on=on, **values)

    def imported(self):
        lines = [["Tổ chức", "Sự kiện", "Ngày quyết định", "Số quyết định", "Số lượng"],
                 ["CB-1", "Kết nạp", "21/05/2024", "40-QĐ", "2"]]  # fmt: skip
        return Batch.objects.get(pk=take_in(lines, by=self.admin, zone=self.zone).batch)

    def enter_rows(self):
        rows = {"r1-organization": "CB-1", "r1-quantity": "3"}
        sent = {"number": "50-QĐ", "issued_on": "22/05/2024", "issuer": "Đảng ủy", "key": str(self.entered)}
        answer = self.client.post("/entry/?kind=admitted", sent | {"zone": "HP-KKT", "save": "1"} | rows)
        assert answer.status_code == 302, answer.content.decode()

    # ------------------------------------------------------------------ how it is sent

    def said(self, answer):
        """The words of a page, from its heading on."""
        return words_of(answer)

    def post(self, url, sent):
        return lambda: self.said(self.client.post(url, sent))

    def form(self, url, **changes):
        """What the page at ``url`` holds when it is opened, with the changes, sent from there."""
        answer = self.client.get(url)
        assert answer.status_code == 200, (url, answer.status_code, self.said(answer)[-600:])
        return self.post(url, filled(answer) | changes)

    def page(self, name, *arguments, query="", **changes):
        return self.form(reverse(name, args=arguments) + query, **changes)

    def to_api(self, path, body):
        return lambda: json.dumps(self.api.post(f"/api/v1/{path}", body).json(), ensure_ascii=False)


# ------------------------------------------------------------------------------------------ acts, page by page

TYPES = {"upgraded": "party_committee", "retyped": "party_subcell", "downgraded": "party_cell"}
SUBJECTS = {"downgraded": "committee", "resumed": "asleep", "joined": "union", "left": "union"}


def act(kind):
    def way(desk):
        row = getattr(desk, SUBJECTS.get(kind, "spare"))
        more = {
            **{name: {"to_type": make.type_(code).pk} for name, code in TYPES.items()},
            "renamed": {"new_name": "Chi bộ Mới"},
            "transferred_out": {"to_zone": desk.other.code},
            "merged_away": {"into": f"#{desk.cell_beside.pk}"},
            "split_from": {"name": "Chi bộ Tách", "type": make.type_("party_cell").pk, "members": "5"},
        }.get(kind, COUNTED)
        url = reverse("organizations:act", args=[row.pk, kind])
        return desk.post(url, PAPER | {"reason": WHY} | more)

    return way


def found(desk):
    sent = {"zone": desk.zone.code, "type": make.type_("party_cell").pk, "name": "Chi bộ Mới", "reason": WHY}
    return desk.post(reverse("organizations:organization_new"), PAPER | sent)


def hand_over(desk):
    sent = {"organizations": [desk.union.pk], "to_zone": desk.other.code, "reason": WHY}

    def deed():
        looked = desk.client.post(reverse("organizations:handover"), PAPER | sent | {"step": "look"})
        told = desk.client.post(reverse("organizations:handover"), filled(looked) | PAPER | sent | {"step": "write"})
        return desk.said(told)

    return deed


def entry(code):
    """The rows of one decision, of the happening ``code``."""

    def way(desk):
        from organizations.entry.happenings import HAPPENINGS

        asked = HAPPENINGS[code]
        row = {name: desk_row.code or f"#{desk_row.pk}" for name, desk_row in _of(desk, asked).items()}
        row |= {"quantity": "2"} if asked.counted else {}
        row |= {"new_name": "Tên Mới"} if code == "renamed" else {}
        sector = {"founded-party": "party_cell", "founded-union": "union_base", "founded-youth": "youth_cell"}
        if asked.founds:
            row = {"name": "Tổ chức Mới", "type": make.type_(sector[code]).pk, "members": "30"}
        sent = PAPER | {"key": str(uuid4()), "save": "1", "zone": desk.zone.pk, "reason": WHY}
        if asked.needs_type:
            sent["to_type"] = make.type_(TYPES[code]).pk
        sent |= {f"r1-{name}": value for name, value in row.items()}
        return desk.post(f"/entry/?kind={code}", sent)

    return way


def _of(desk, asked):
    if asked.founds:
        return {}
    return {"organization": getattr(desk, SUBJECTS.get(asked.code, "spare"))}


def take_entry_back(desk):
    return desk.post(reverse("organizations:entry_undo", args=[desk.entered]), {"reason": WHY})


# ------------------------------------------------------------------------------------------ lines, counts, grades


def correct_event(desk):
    return desk.page("organizations:correct", desk.admission.pk, quantity="9", reason=WHY)


def correct_out_of_it(desk):
    return desk.page("organizations:correct", desk.admission.pk, issued_on="03/02/2025", reason=WHY)


def correct_into_it(desk):
    return desk.page("organizations:correct", desk.later.pk, issued_on="03/02/2024", reason=WHY)


def reverse_event(desk):
    return desk.page("organizations:reverse", desk.admission.pk, reason=WHY)


def count(desk):
    sent = {"on": "01/06/2024", "total": "48"}
    return desk.post(f"{reverse('organizations:headcount')}?organization={desk.union.pk}", sent)


def count_workers(desk):
    sent = {"on": "01/06/2024", "total": "480"}
    return desk.post(f"{reverse('organizations:headcount')}?enterprise={desk.host.pk}", sent)


def correct_count(desk):
    return desk.page("organizations:headcount_correct", desk.count.pk, total="49", reason=WHY)


def move_count_into_it(desk):
    return desk.page("organizations:headcount_correct", desk.later_count.pk, on="02/06/2024", reason=WHY)


def rate(desk):
    sent = PAPER | {"number": "41-QĐ/XL", "year": "2024", "grade": "well", "issued_on": "15/01/2025"}
    return desk.post(reverse("organizations:rate", args=[desk.committee.pk]), sent)


def rate_many(desk):
    sent = PAPER | {"number": "41-QĐ/XL", f"grade-{desk.committee.pk}": "well", "issued_on": "15/01/2025"}
    return desk.post(f"{reverse('organizations:ratings')}?year=2024", sent)


def count_sources(desk):
    return desk.post(reverse("organizations:source", args=[desk.committee.pk]), {"year": "2024", "introduced": "4"})


def correct_rating(desk):
    return desk.page("organizations:rating_correct", desk.rating.pk, grade="done", no_decision="on", reason=WHY)


def withdraw_source(desk):
    return desk.page("organizations:source_correct", desk.source.pk, withdraw="on", reason=WHY)


# ------------------------------------------------------------------------------------------ tables to type in


def grid(**question):
    def way(desk):
        query = "&".join(f"{name}={value}" for name, value in question.items())
        column = "2024" if question.get("sheet") == "members" else "5"
        return desk.form(f"/entry/grid/?zone=HP-KKT&year=2024&{query}", **{f"n-{desk.union.pk}-{column}": "3"})

    return way


def grid_cell(desk):
    cell = {"pk": desk.union.pk, "key": 5, "text": "3", "seen": None, "note": None}
    url = "/entry/grid/save/?zone=HP-KKT&year=2024"
    return lambda: desk.client.post(url, json.dumps({"cells": [cell]}), content_type="application/json").content.decode(
        "unicode_escape"
    )  # fmt: skip


def target(desk):
    name = f"range_{desk.zone.pk}_{make.indicator('union_orgs').pk}"
    return desk.form("/targets/?zone=HP-KKT&year=2024", **{name: "8"})


def revise_target(desk):
    name = f"range_{desk.zone.pk}_{make.indicator('party_orgs').pk}"
    return desk.form("/targets/?zone=HP-KKT&year=2024", **{name: "9", "reason": WHY})


def take_target_back(desk):
    name = f"range_{desk.zone.pk}_{make.indicator('party_orgs').pk}"
    return desk.form("/targets/?zone=HP-KKT&year=2024", **{name: "", "reason": WHY})


def target_decided_in_it(desk):
    name = f"range_{desk.zone.pk}_{make.indicator('party_orgs').pk}"
    return desk.form("/targets/?zone=HP-KKT&year=2025", **{name: "9"} | PAPER)


def target_decided(**paper):
    """A revision by a decision of another day than the year's first."""

    def way(desk):
        name = f"range_{desk.zone.pk}_{make.indicator('party_orgs').pk}"
        return desk.form("/targets/?zone=HP-KKT&year=2024", **{name: "1", "reason": WHY} | BEFOREHAND | paper)

    return way


def declaration(part):
    def way(desk):
        box = f"{make.indicator('youth_orgs').pk}-{part}"
        sent = {"value": "nothing_to_report", "cells": [box], "key": "", "reason": WHY}
        return desk.post("/declarations/?zone=HP-KKT&year=2024", sent)

    return way


# ------------------------------------------------------------------------------------------ two that are one


def merge_duplicates(desk):
    first, second = sorted((desk.cell_beside.pk, desk.twin.pk))
    url = reverse("organizations:duplicate_pair", args=["organizations", first, second])
    return desk.form(f"{url}?keep={desk.cell_beside.pk}", reason=WHY)


def separate_duplicates(desk):
    return desk.page("organizations:duplicate_separate", "organizations", desk.merged.pk, reason=WHY)


# ------------------------------------------------------------------------------------------ registers with a count


def enterprise_with_workers(desk):
    sent = {"name": "Công ty Mới", "tax_code": make.tax_code(), "park": desk.park.pk, "zone_of": desk.zone.code,
            "workers": "90", "workers_on": "01/06/2024"}  # fmt: skip
    return desk.form(reverse("organizations:enterprise_new"), **sent)


# ------------------------------------------------------------------------------------------ who covers, and where


def coverage_ends(desk, day="01/06/2024"):
    row = desk.cell.coverage.get()
    return desk.page("organizations:organization_edit", desk.cell.pk, **{f"until_{row.pk}": day})


def coverage_begins(desk, **more):
    sent = {"enterprise": f"#{desk.host.pk}", "covered_from": "01/06/2024"} | more
    return desk.page("organizations:organization_edit", desk.spare.pk, **sent)


def coverage_leads(desk):
    return coverage_begins(desk, lead="on")


def enterprise_moves(desk):
    return desk.page(
        "organizations:enterprise_edit", desk.host.pk, park=desk.park_beside.pk, moved_on="01/06/2024", reason=WHY
    )


def enterprises_move(desk):
    sent = {"act": "park", "pk": [desk.host.pk], "park": desk.park_beside.pk, "moved_on": "01/06/2024", "reason": WHY}
    url = reverse("organizations:enterprises_bulk")

    def deed():
        seen = desk.client.post(url, sent).context["plan"].token
        return desk.said(desk.client.post(url, sent | {"confirm": "1", "seen": seen}, follow=True))

    return deed


# ------------------------------------------------------------------------------------------ files

DAY = "20/05/2024"
FILES = {
    "enterprises": [["Tên doanh nghiệp", "Khu công nghiệp", "Số lao động", "Mã số thuế"],
                    ["Công ty Mới", "KCN Đình Vũ", "90", make.tax_code(4000)]],
    "organizations": [["Tên tổ chức", "Loại tổ chức", "Số quyết định", "Ngày quyết định"],
                      ["Chi bộ Mới", "Chi bộ cơ sở", "60-QĐ", DAY]],
    "events": [["Tổ chức", "Sự kiện", "Ngày quyết định", "Số quyết định", "Số lượng"],
               ["CB-1", "Kết nạp", DAY, "61-QĐ", "2"]],
    "headcounts": [["Tổ chức", "Ngày", "Tổng số"], ["CD-1", "03/06/2024", "50"]],
    "targets": [["Đơn vị", "Chỉ tiêu", "Năm", "Mức giao"], ["HP-KKT", "union_orgs", "2024", "8"]],
}  # fmt: skip


def wizard(kind, lines=None):
    """Brought by page, looked at, confirmed."""

    def way(desk):
        upload = matching.bring(
            workbook(*lines or FILES[kind]), "tep.xlsx", by=desk.admin, now=timezone.now(), today=timezone.localdate(),
            kind=kind, zone=None if kind == "targets" else desk.zone,
        )  # fmt: skip
        if kind == "enterprises":
            sent = {"act": "say", "counted_on": "01/06/2024"}
            desk.client.post(reverse("imports:mend", kwargs={"key": upload.key}), sent)
        upload.refresh_from_db()
        url = reverse("imports:confirm", kwargs={"key": upload.key})
        look = reverse("imports:upload", kwargs={"key": upload.key})

        def deed():
            desk.client.post(url, {"version": upload.version})
            return desk.said(desk.client.get(look, follow=True))

        return deed

    return way


def api_file(kind, lines=None):
    def way(desk):
        more = {} if kind == "targets" else {"zone": "HP-KKT"}
        more |= {"date": "01/06/2024"} if kind == "enterprises" else {}
        data = workbook(*lines or FILES[kind])
        return lambda: json.dumps(
            desk.api.upload("/api/v1/imports/", data, kind=kind, **more).json(), ensure_ascii=False
        )

    return way


def command_file(kind, lines=None):
    def way(desk):
        from tempfile import NamedTemporaryFile

        def deed():
            with NamedTemporaryFile(suffix=".xlsx") as file:
                file.write(workbook(*lines or FILES[kind]))
                file.flush()
                more = [] if kind == "targets" else ["--zone", "HP-KKT"]
                more += ["--date", "01/06/2024"] if kind == "enterprises" else []
                return command("import_workbook", file.name, "--kind", kind, "--json", *more)

        return deed

    return way


def command(*words):
    out = StringIO()
    try:
        call_command(*words, stdout=out)
    except SystemExit:
        pass
    return out.getvalue()


def undo_page(desk, batch=None):
    url = reverse("imports:undo", args=[(batch or desk.batch).pk])
    return lambda: desk.said(desk.client.get(url)) + desk.said(desk.client.post(url, {"reason": WHY}))


def undo_api(desk, batch=None):
    return desk.to_api(f"imports/{(batch or desk.batch).pk}/undo/", {"reason": WHY})


def undo_command(desk, batch=None):
    return lambda: command("undo_import", str((batch or desk.batch).pk), "--json")


def of_assigned(way):
    """The undoing of the file that assigned a target beforehand."""
    return lambda desk: way(desk, desk.assigned)


# ------------------------------------------------------------------------------------------ other programs


def api_event(desk):
    return desk.to_api(
        "events/", {"kind": "admitted", "organization": desk.cell.pk, "quantity": 3, "decision": QUOTED}
    )  # fmt: skip


def api_correct(desk):
    return desk.to_api(f"events/{desk.admission.pk}/correct/", {"reason": WHY, "quantity": 9})


def api_count(desk):
    return desk.to_api("headcounts/", {"organization": desk.union.pk, "on": "2024-06-04", "total": 51})


def api_correct_count(desk):
    return desk.to_api(f"headcounts/{desk.count.pk}/correct/", {"reason": WHY, "quantity": 52})


def api_declaration(desk):
    said = {"zone": "HP-KKT", "indicator": "youth_orgs", "period": "2024-Q2", "value": "complete", "reason": WHY}
    return desk.to_api("declarations/", said)


def api_founding(desk):
    given = {"zone": "HP-KKT", "type": "party_cell", "name": "Chi bộ Mới", "decision": QUOTED, "reason": WHY}
    return desk.to_api("organizations/", given)


def api_enterprise(desk):
    given = {"zone": "HP-KKT", "name": "Công ty Mới", "park": desk.park.pk, "workers": 90, "workers_on": "2024-06-01"}
    return desk.to_api("enterprises/", given)


def api_target(desk):
    given = {"zone": "HP-KKT", "indicator": "youth_orgs", "year": 2024, "range": "5-7", "decision": desk.decided.pk}
    return desk.to_api("targets/", given)


def sent(desk, method, row, path, body):
    """PUT or PATCH over HTTP, with the version the row has."""
    row.refresh_from_db()
    address = f"/api/v1/{path}/{row.pk}/"
    return lambda: json.dumps(desk.api.send(method, address, body, seen=row.version).json(), ensure_ascii=False)


def api_revision(method, decided=False, **said):
    """A target of the year revised or taken back; by nothing, or by a decision of the year before."""

    def way(desk):
        decision = {"decision": desk.decided.pk} if decided else {}
        return sent(desk, method, desk.target, "targets", said | decision | {"reason": WHY})

    return way


def api_move(method):
    def way(desk):
        whole = {"name": desk.host.name, "tax_code": desk.host.tax_code, "ownership": "private"}
        body = whole | {"park": desk.park_beside.pk, "moved_on": "2024-06-01", "reason": WHY}
        return sent(desk, method, desk.host, "enterprises", body)

    return way


def api_coverage_ends(method):
    def way(desk):
        ends = [{"enterprise": desk.host.pk, "last_day": "2024-06-01"}]
        return sent(desk, method, desk.cell, "organizations", {"code": "CB-1", "parent": None, "uncover": ends})

    return way


def api_coverage_begins(method, lead=False):
    def way(desk):
        cover = {"enterprise": desk.host.pk, "since": "2024-06-01", "lead": lead}
        return sent(desk, method, desk.spare, "organizations", {"code": "CB-2", "parent": None, "cover": cover})

    return way


# ------------------------------------------------------------------------------------------ the data administration


def admin_page(table, *arguments):
    name = "change" if arguments else "add"
    return reverse(f"admin:{table}_{name}", args=arguments)


def admin_organization(desk):
    decision = Decision.objects.get(pk=desk.admission.decision_id)
    sent = {"zone": desk.zone.pk, "name": "Chi bộ Mới", "type": make.type_("party_cell").pk, "decision": decision.pk,
            "members": "9", "reason": WHY}  # fmt: skip
    return desk.form(admin_page("organizations_organization"), **sent)


def admin_enterprise(desk):
    sent = {"zone": desk.zone.pk, "name": "Công ty Mới", "park": desk.park.pk, "tax_code": make.tax_code(),
            "legal_form": "limited", "ownership": "private", "status": "operating", "workers": "90",
            "workers_on": "01/06/2024"}  # fmt: skip
    return desk.form(admin_page("organizations_enterprise"), **sent)


def admin_move(desk):
    url = admin_page("organizations_enterprise", desk.host.pk)
    return desk.form(url, park=desk.park_beside.pk, moved_on="01/06/2024", reason=WHY)


def admin_coverage(desk):
    sent = {"organization": desk.spare.pk, "enterprise": desk.host.pk, "valid_from": "01/06/2024"}
    return desk.form(admin_page("organizations_coverage"), **sent)


def admin_target(desk):
    sent = {"zone": desk.zone.pk, "indicator": make.indicator("youth_orgs").pk, "year": "2024", "range": "5-7"}
    return desk.form(admin_page("targets_target"), **sent)


def admin_revision(desk, **more):
    row = Target.objects.get(pk=desk.target.pk)
    return desk.form(admin_page("targets_target", row.pk), range="8", reason=WHY, **more)


def admin_revision_decided(desk):
    return admin_revision(desk, decision=desk.decided.pk)
