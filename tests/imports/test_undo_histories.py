"""Whatever files come in whatever order, among whatever else happens: what is undone leaves no trace in any figure."""

from collections import Counter
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from imports.undo import undo_batch
from organizations import actions, audit
from organizations.models import Batch, Enterprise, Event, Headcount, Organization, Zone
from organizations.problems import Conflict, Refused
from tests import make
from tests.imports.digest import differences, digest
from tests.imports.office import take_in

DAYS = [date(2024, 5, 6), date(2025, 1, 2), date(2025, 8, 9), date(2026, 2, 3)]
ORGANIZATIONS = [
    ("A", "Chi bộ A", "Chi bộ cơ sở"),
    ("", "Đảng bộ B", "Đảng bộ cơ sở"),
    ("", "Chi bộ C", "Chi bộ trực thuộc"),
    ("D", "Công đoàn D", "CĐCS"),
    ("", "Công đoàn E", "CĐCS"),
]
PARTY = ["Kết nạp", "Kết nạp", "Công nhận chính thức", "Nâng cấp", "Tạm ngừng", "Hoạt động lại", "Giải thể", "Đổi tên"]
MASS = ["Phát triển mới", "Phát triển mới", "Giảm", "Chuyển đến", "Tạm ngừng", "Hoạt động lại", "Giải thể", "Đổi tên"]
COUNTED = {"Kết nạp", "Công nhận chính thức", "Phát triển mới", "Giảm", "Chuyển đến"}
INDICATORS = ["union_orgs", "party_members", "union_members"]
WHY = "Theo thực tế"


# ------------------------------------------------------------------------------------------ files


def enterprises(pick, zone):
    yield ["MST", "Tên DN", "KCN", "Loại vốn", "Trạng thái", "Số lao động"]
    for number in range(pick.randint(1, 4)):
        code = make.tax_code(1000 * number) if number < 3 else ""
        yield [code, f"Công ty {number if code else 'Không mã'} {pick.choice(['', 'Mới'])}".strip(),
               pick.choice(["Đình Vũ", "Tràng Duệ"]), pick.choice(["", "FDI", "Tư nhân"]),
               pick.choice(["", "", "Tạm ngừng"]), pick.choice(["", 10, 20, 300])]  # fmt: skip


def organizations(pick, zone):
    yield ["Mã", "Tên tổ chức", "Loại", "Trực thuộc", "MST DN", "Số QĐ", "Ngày QĐ", "Cơ quan ban hành", "Số thành viên"]
    for code, name, type_ in pick.sample(ORGANIZATIONS, pick.randint(1, 5)):
        parent = pick.choice(["", "Đảng bộ B"]) if type_ == "Chi bộ trực thuộc" else ""
        host = pick.choice(["", *(make.tax_code(1000 * number) for number in range(3))])
        paper, day = f"{pick.randint(1, 2)}-QĐ", _day(pick.choice(DAYS[:2]))
        yield [code, name, type_, parent, host, paper, day, "Cơ quan X", pick.choice(["", 3, 30, 40])]


def events(pick, zone):
    yield ["Tổ chức", "Sự kiện", "Ngày QĐ", "Số QĐ", "Cơ quan ban hành", "Số lượng", "Nữ", "Ghi chú", "Tên mới"]
    known = list(Organization.objects.live().filter(zone=zone).order_by("pk").values_list("code", "name", "sector"))
    renamed = set()
    for _line in range(pick.randint(1, 6) if known else 0):
        code, name, sector = pick.choice(known)
        kind = pick.choice(MASS if sector == "union" else PARTY)
        day, paper, new_name = pick.choice(DAYS), pick.choice(["", "8-QĐ", "9-QĐ"]), ""
        if kind == "Đổi tên":  # one paper gives one name: of two given on one day the later recorded would hold
            day, paper, new_name = DAYS[2], "8-QĐ", pick.choice(["Tên I", "Tên II"])
            if name in renamed:
                continue
            renamed.add(name)
        number = pick.randint(2, 6) if kind in COUNTED else ""
        yield [code or name, kind, _day(day), paper, "Cơ quan X" if paper else "", number,
               pick.choice(["", 1]) if number else "", pick.choice(["", "theo danh sách"]), new_name]  # fmt: skip


def headcounts(pick, zone):
    yield ["MST", "Tổ chức", "Ngày", "Tổng số", "Nữ"]
    for number in range(pick.randint(1, 4)):
        code, name, _type = pick.choice(ORGANIZATIONS)
        tax_code = make.tax_code(1000 * number) if pick.random() < 0.5 else ""
        yield [tax_code, "" if tax_code else code or name, _day(pick.choice(DAYS)), pick.randint(5, 9),
               pick.choice(["", 4])]  # fmt: skip


def targets(pick, zone):
    yield ["Đơn vị", "Chỉ tiêu", "Năm", "Mức giao", "Văn bản giao", "Ngày văn bản", "Kết quả công bố (%)"]
    for indicator in pick.sample(INDICATORS, pick.randint(1, 3)):
        paper = pick.choice(["", "5-CT", "6-CT"])
        yield [pick.choice(["HP-KKT", "HP-KHAC"]), indicator, pick.choice([2025, 2026]),
               pick.choice(["5-7", "8", "3"]), paper, _day(pick.choice(DAYS)) if paper else "",
               pick.choice(["", "120"])]  # fmt: skip


def _day(day):
    return f"{day:%d/%m/%Y}"


FILES = {"enterprises": enterprises, "organizations": organizations, "events": events, "headcounts": headcounts,
         "targets": targets}  # fmt: skip


class Nothing(Exception):
    """There is nothing yet that the act could be about, or no line of the file is good."""


class Office:
    """Files, single acts and undoings in the order drawn. ``stack`` holds each batch that stands with the state
    before it, and whether anything else was recorded since."""

    def __init__(self, pick, days):
        self.pick, self.days, self.done, self.stack = pick, days, Counter(), []
        self.by = make.system()
        self.held = None

    def digest(self):
        """What an office sees now; worked out again only when something was written."""
        self.held = self.held or digest(self.days)
        return self.held

    def differ(self, before):
        """What differs from ``before``, now that something was written."""
        self.held = None
        assert audit.differences() == []
        return differences(before, self.digest())

    # ------------------------------------------------------------------ a file

    def take(self, kind, lines, zone):
        lines = [[str(cell) for cell in line] for line in lines]
        for _try in range(5):
            data = "\r\n".join(";".join(line) for line in lines).encode("utf-8-sig")
            result = take_in(
                data, by=self.by, zone=None if kind == "targets" else zone, name="so-lieu.csv", kind=kind,
                corrections="Đếm lại" if self.pick.random() < 0.7 else None,
            )  # fmt: skip
            if result.status == "written":
                if result.batch is None:
                    raise Nothing
                return Batch.objects.get(pk=result.batch), lines
            wrong = {finding.row for finding in result.errors}
            lines = [line for number, line in enumerate(lines, start=1) if number not in wrong]
            if len(lines) < 2 or None in wrong:
                raise Nothing
        raise Nothing

    def file(self, kind):
        zone = Zone.objects.get(code=self.pick.choice(["HP-KKT", "HP-KKT", "HP-KHAC"]))
        before = self.digest()
        last = Event.objects.order_by("pk").values_list("pk", flat=True).last() or 0
        batch, lines = self.take(kind, FILES[kind](self.pick, zone), zone)
        self.held = None
        after = self.digest()
        self.done[kind] += 1
        if self.pick.random() < 0.5:
            undone = undo_batch(batch, by=self.by)
            assert (undone.kept, undone.blocked) == ([], [])
            assert self.differ(before) == {}
            rows = Event.objects.filter(pk__gt=last).order_by().values("organization", "kind", "effective_on")
            sums = rows.annotate(people=Sum("quantity"), stock=Sum("stock_delta"), women=Sum("female"))
            assert {(row["people"], row["stock"], row["women"] or 0) for row in sums} <= {(0, 0, 0)}
            self.done["there and back"] += 1
            batch, _lines = self.take_again(kind, lines, zone)
            assert self.differ(after) == {}
        self.stack.append([batch, before, False])

    def take_again(self, kind, lines, zone):
        data = "\r\n".join(";".join(line) for line in lines).encode("utf-8-sig")
        result = take_in(data, by=self.by, zone=None if kind == "targets" else zone, kind=kind, corrections="Đếm lại")
        assert (result.status, result.errors) == ("written", [])
        return Batch.objects.get(pk=result.batch), lines

    # ------------------------------------------------------------------ a single act

    def act(self, _kind):
        verb = self.pick.choice([self.member, self.count, self.correct, self.reverse, self.change, self.assign,
                                 self.hand_over, self.end])  # fmt: skip
        try:
            with transaction.atomic():
                verb(self.pick.choice(DAYS))
        except (Refused, Conflict, PermissionDenied):
            return
        for entry in self.stack:
            entry[2] = True
        self.held = None
        self.done["act"] += 1

    def some(self, rows):
        rows = list(rows.order_by("pk"))
        if not rows:
            raise Nothing
        return self.pick.choice(rows)

    def member(self, day):
        row = self.some(Organization.objects.live())
        kind = self.pick.choice(["admitted", "removed"] if row.sector == "party" else ["joined", "left"])
        draft = actions.Draft(kind, row, effective_on=day, quantity=self.pick.randint(1, 4))
        actions.record(drafts=[draft], by=self.by, reason=WHY)

    def count(self, day):
        subject = self.some(self.pick.choice([Organization, Enterprise]).objects.live())
        actions.record_headcount(subject=subject, on=day, total=self.pick.randint(10, 12), by=self.by)

    def correct(self, day):
        event = self.some(Event.objects.live().exclude(quantity=0))
        actions.correct(event=event, note="sửa", reason=WHY, by=self.by)

    def reverse(self, day):
        actions.reverse(event=self.some(Event.objects.live()), reason=WHY, by=self.by)

    def change(self, day):
        actions.change_enterprise(enterprise=self.some(Enterprise.objects.live()), by=self.by, countries="Lào")

    def assign(self, day):
        make.target(zone=Zone.objects.get(code="HP-KKT"), indicator=self.pick.choice(INDICATORS), year=2025,
                    low=self.pick.randint(1, 9), reason=WHY)  # fmt: skip

    def hand_over(self, day):
        row = self.some(Organization.objects.live())
        zone = Zone.objects.get(code=self.pick.choice(["HP-KKT", "HP-KHAC"]))
        paper = make.decision(on=day)
        actions.transfer(organizations=[row], to_zone=zone, decision=paper, by=self.by, reason=WHY)

    def end(self, day):
        row = self.some(Organization.objects.live())
        actions.dissolve(organization=row, decision=make.decision(on=day), by=self.by, reason=WHY)

    # ------------------------------------------------------------------ undoing

    def back_and_forth(self, _kind):
        """Any import that stands is undone as far as it goes; undoing that brings back exactly what was."""
        if not self.stack:
            raise Nothing
        place = self.pick.randrange(len(self.stack))
        batch = self.stack[place][0]
        before = self.digest()
        undone = undo_batch(batch, by=self.by)
        assert all(item.why and item.what for item in undone.kept)
        if undone.batch is None:
            assert self.differ(before) == {}
            return
        self.held = None
        between = self.digest()
        back = undo_batch(undone.batch, by=self.by)
        assert (back.kept, back.blocked) == ([], [])
        assert self.differ(before) == {}
        again = undo_batch(back.batch, by=self.by)
        assert (again.kept, again.blocked) == ([], [])
        assert self.differ(between) == {}
        last = undo_batch(again.batch, by=self.by).batch
        assert self.differ(before) == {}
        self.done["back and forth"] += 1
        self.done["in part"] += bool(undone.kept)
        self.stack[place][0] = last
        if undone.kept:  # what stayed belongs to the first batch, which is undone once
            for entry in self.stack[: place + 1]:
                entry[2] = True

    def unwind(self):
        """Undone last first, every file leaves what was before it, until something else was recorded since."""
        strict = True
        for batch, before, touched in reversed(self.stack):
            undone = undo_batch(batch, by=self.by)
            strict = strict and not touched
            if strict:
                assert (undone.kept, undone.blocked) == ([], [])
                assert self.differ(before) == {}
                self.done["unwound"] += 1
            assert audit.differences() == []


STEPS = [("file", kind) for kind in FILES] * 2 + [("act", "")] * 3 + [("back_and_forth", "")] * 2


def live_through(pick, steps, days):
    office = Office(pick, days)
    with transaction.atomic():
        for verb, kind in [("file", "enterprises"), ("file", "organizations"), ("file", "events"), *steps]:
            try:
                getattr(office, verb)(kind)
            except Nothing:
                office.done["nothing"] += 1
        office.unwind()
        transaction.set_rollback(True)
    return office.done


def property_test(examples, days, most):
    """``live_through`` on that many histories of so many steps, with every figure of ``days``."""
    seen = Counter()

    @settings(
        max_examples=examples, deadline=None, derandomize=True, database=None, phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.randoms(use_true_random=False), st.lists(st.sampled_from(STEPS), min_size=min(most, 3), max_size=most))
    def run(pick, steps):
        seen.update(live_through(pick, steps, days))

    for name in ("KCN Đình Vũ", "KCN Tràng Duệ"):
        make.park(name)
    run()
    return seen


def test_a_sample_of_histories_is_undone_without_a_trace(kkt, other_zone):
    seen = property_test(5, DAYS[1:2], 3)
    assert seen["unwound"] and seen["there and back"] and seen["back and forth"]


@pytest.mark.full
def test_two_hundred_histories_are_undone_without_a_trace(kkt, other_zone, record_property):
    seen = property_test(200, DAYS, 9)
    record_property("histories", 200)
    for name, times in sorted(seen.items()):
        record_property(name, times)
    assert set(FILES) | {"act", "in part", "unwound", "there and back", "back and forth"} <= seen.keys()
    assert Headcount.objects.count() == 0
