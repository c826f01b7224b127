"""An office whose history chance writes: every act that can change a figure, dated and placed as the draws say."""

from collections import Counter
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from imports.undo import undo_batch
from organizations import actions
from organizations.models import Batch, Enterprise, Event, Organization
from organizations.problems import Conflict, Refused
from targets.actions import TargetDraft, assign_targets
from targets.models import Indicator, Target
from targets.saying import Saying, declare, declare_all
from tests import make
from tests.imports.office import take_in

WHY = "Theo thực tế"
REFUSALS = (Refused, Conflict, PermissionDenied)
PARTY = ("party_cell", "party_subcell", "party_committee")
OTHERS = ("union_base", "union_base", "union_section", "youth_cell", "youth_base_cell")
VERBS = [
    "found", "found", "members", "members", "members", "leave", "correct", "reverse", "retype", "hand_over", "merge",
    "unite", "split", "life", "merge_duplicates", "unmerge", "move_enterprise", "assign", "assign", "take_back",
    "declare", "bring_in", "undo_import", "open_zone",
]  # fmt: skip


class Nothing(Exception):
    """There is nothing yet that the act could be about."""


class Office:
    """``pick`` (a ``random.Random``) draws; facts lie from 1 January of ``first_year`` to ``last_day``."""

    def __init__(self, pick, zones, *, first_year, last_day, most_zones=0):
        self.pick, self.zones, self.most_zones = pick, list(zones), most_zones
        self.first_day, self.last_day = date(first_year, 1, 1), last_day
        self.years = range(first_year, last_day.year + 1)
        self.indicators = list(Indicator.objects.all())
        self.done, self.by, self.batches = Counter(), make.system(), []
        self.hosts = {}

    def act(self, verb=None):
        """Try an act; returns its name when it was done, None when there was nothing to do or it was refused."""
        verb = verb or self.pick.choice(VERBS)
        try:
            with transaction.atomic():
                getattr(self, verb)()
        except (*REFUSALS, Nothing):
            return None
        self.done[verb] += 1
        return verb

    # ------------------------------------------------------------------ what is drawn

    def some(self, rows):
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        if not ids:
            raise Nothing
        return rows.model.objects.get(pk=self.pick.choice(ids))

    def organization(self, **about):
        return self.some(Organization.objects.live().filter(**about))

    def event(self):
        return self.some(Event.objects.live())

    def zone(self):
        return self.pick.choice(self.zones)

    def day(self, since=None):
        """A day; seldom the first or the last of a month, where sums are cut, more often than chance would."""
        first = max(since or self.first_day, self.first_day)
        day = first + timedelta(days=self.pick.randint(0, max((self.last_day - first).days, 0)))
        return day.replace(day=1) if self.pick.random() < 0.2 and day.replace(day=1) >= first else day

    def told(self, row=None):
        """What an act by a decision is told besides; of ``row``, one after its founding."""
        return {"decision": make.decision(on=self.day(row and row.founded_on)), "by": self.by, "reason": WHY}

    def host(self, zone):
        """An enterprise of the zone; three a zone are enough."""
        held = self.hosts.setdefault(zone.pk, [])
        if len(held) < 3:
            owner = self.pick.choice(["private", "fdi_wholly", "state"])
            held.append(make.enterprise(zone=zone, park=make.park(f"KCN {zone.code} {len(held)}"), ownership=owner).pk)
        return Enterprise.objects.get(pk=self.pick.choice(held))

    # ------------------------------------------------------------------ years behind every zone

    def fill(self):
        """Years of plain work in every zone, in a few large acts: foundings, members, targets, declarations."""
        for zone in self.zones:
            drafts = []
            for number in range(2 + len(self.years) // 4):
                type_ = make.type_(self.pick.choice(PARTY + OTHERS))
                paper = make.decision(on=self.day())
                drafts.append(actions.OrganizationDraft(f"Tổ chức {zone.code} {number}", type_, paper))
            rows = actions.establish_many(zone=zone, drafts=drafts, by=self.by, reason=WHY)[0]
            drafts = [
                actions.Draft(
                    "admitted" if row.sector == "party" else "joined", row, quantity=self.pick.randint(1, 60),
                    effective_on=self.day(row.founded_on),
                )
                for row in rows for _time in range(4)
            ]  # fmt: skip
            actions.record(drafts=drafts, by=self.by, reason=WHY)
        cells = [(zone, indicator, year) for zone in self.zones for indicator in self.indicators for year in self.years]
        given = []
        for cell in self.pick.sample(cells, len(cells) // 2):
            low = self.pick.choice([0, 1, 1, 2, 3, 20, 40, 1500])
            given.append(TargetDraft(*cell, low, low + self.pick.choice([0, 0, 2, 30])))
        assign_targets(drafts=given, by=self.by)
        said = []
        for zone, indicator, year in self.pick.sample(cells, len(cells) // 8):
            value = self.pick.choice(["complete", "nothing_to_report", "not_applicable", "not_applicable"])
            said.append(Saying(zone, indicator, date(year, 1, 1), date(year, 12, 31), value))
        declare_all(sayings=said, by=self.by, reason=WHY)

    # ------------------------------------------------------------------ organisations and their members

    def found(self):
        zone, type_ = self.zone(), make.type_(self.pick.choice(PARTY + OTHERS))
        hosts = [self.host(zone)] if self.pick.random() < 0.4 else []
        name = f"Tổ chức {Organization.objects.count()}"
        actions.establish(zone=zone, name=name, type=type_, enterprises=hosts, **self.told())

    def members(self):
        row = self.organization()
        quantity = self.pick.choice([0, 1, 3, 17, 40, 1003])
        parts = {"female": quantity // 2, "workers": quantity // 3} if self.pick.random() < 0.5 else {}
        draft = actions.Draft(
            "admitted" if row.sector == "party" else "joined", row, quantity=quantity, declares=True,
            effective_on=self.day(row.founded_on), **parts,
        )  # fmt: skip
        actions.record(drafts=[draft], by=self.by, reason=WHY)

    def leave(self):
        row = self.organization()
        kind = self.pick.choice(["removed", "member_transferred_out", "member_transferred_in"])
        kind = "left" if row.sector != "party" and self.pick.random() < 0.5 else kind
        quantity, day = self.pick.randint(1, 9), self.day(row.founded_on)
        actions.record(drafts=[actions.Draft(kind, row, quantity=quantity, effective_on=day)], by=self.by, reason=WHY)

    def correct(self):
        changes = [{"quantity": self.pick.randint(0, 30), "female": None, "workers": None}, {"date": self.day()},
                   {"decision": make.decision(on=self.day())}, {"note": "sửa"}]  # fmt: skip
        actions.correct(event=self.event(), reason=WHY, by=self.by, **self.pick.choice(changes))

    def reverse(self):
        actions.reverse(event=self.event(), reason=WHY, by=self.by)

    def retype(self):
        row = self.organization()
        act = self.pick.choice([actions.upgrade, actions.downgrade, actions.retype])
        types = PARTY if row.sector == "party" else OTHERS
        act(organization=row, to_type=make.type_(self.pick.choice(types)), **self.told(row))

    def life(self):
        row = self.organization()
        act = self.pick.choice([actions.suspend, actions.resume, actions.dissolve, actions.rename])
        new = {"new_name": f"Tên {self.pick.randint(1, 10**6)}"} if act is actions.rename else {}
        act(organization=row, **new, **self.told(row))

    def hand_over(self):
        row = self.organization()
        actions.transfer(organizations=[row], to_zone=self.zone(), **self.told(row))

    def merge(self):
        row = self.organization()
        actions.merge(organizations=[row], into=self.organization(sector=row.sector), **self.told(row))

    def unite(self):
        row = self.organization()
        both = {row.pk: row, (other := self.organization(sector=row.sector)).pk: other}
        name = f"Hợp nhất {Organization.objects.count()}"
        actions.merge(organizations=both.values(), name=name, type=row.type, zone=self.zone(), **self.told(row))

    def split(self):
        row, founding = self.organization(), self.pick.random() < 0.5
        name = f"Tách {Organization.objects.count()}"
        actions.split(organization=row, name=name, type=row.type, founding=founding, **self.told(row))

    # ------------------------------------------------------------------ what was recorded twice, and where it sits

    def merge_duplicates(self):
        row = self.organization()
        other = self.organization(sector=row.sector)
        actions.merge_duplicates(survivor=row, duplicate=other, by=self.by, reason=WHY)

    def unmerge(self):
        merged = Organization.objects.exclude(duplicate_of=None)
        if not merged.exists():
            self.merge_duplicates()
        actions.unmerge(duplicate=self.some(merged), by=self.by, reason=WHY)

    def move_enterprise(self):
        row = self.some(Enterprise.objects.live())
        told = {"ownership": self.pick.choice(["private", "fdi_joint"]), "park": make.park("KCN Dời đến")}
        actions.change_enterprise(enterprise=row, by=self.by, reason=WHY, moved_on=self.day(), **told)

    def open_zone(self):
        if len(self.zones) >= self.most_zones:
            raise Nothing
        self.zones.append(make.zone(parent=self.zone(), valid_from=self.pick.choice([None, self.day()])))

    # ------------------------------------------------------------------ promises

    def assign(self):
        low = self.pick.choice([0, 1, 1, 1, 2, 2, 3, 17, 40, 2500])
        high = low if self.pick.random() < 0.5 else low + self.pick.randint(1, 5)
        year = self.pick.choice(self.years)
        day = date(year, self.pick.randint(1, 12), self.pick.randint(1, 28))
        decision = make.decision(on=day) if day <= self.last_day and self.pick.random() < 0.5 else None
        make.target(
            zone=self.zone(), indicator=self.pick.choice(self.indicators), year=year, low=low, high=high,
            decision=decision, reason=WHY, by=self.by,
        )  # fmt: skip

    def take_back(self):
        row = self.some(Target.objects.filter(voided_by=None))
        assign_targets(drafts=[TargetDraft(row.zone, row.indicator, row.year, None, None)], by=self.by, reason=WHY)

    def declare(self):
        year = self.pick.choice(self.years)
        first, last = self.pick.choice([((1, 1), (12, 31)), ((1, 1), (12, 31)), ((1, 1), (6, 30)), ((7, 1), (12, 31))])
        declare(
            zone=self.zone(), indicator=self.pick.choice(self.indicators), first_day=date(year, *first),
            last_day=date(year, *last), by=self.by, reason=WHY,
            value=self.pick.choice(["complete", "nothing_to_report", "not_applicable"]),
        )  # fmt: skip

    # ------------------------------------------------------------------ files

    def bring_in(self):
        zone = self.zone()
        lines = [["Tên tổ chức", "Loại tổ chức", "Số quyết định", "Ngày quyết định", "Cơ quan ban hành"]]
        for _line in range(self.pick.randint(1, 3)):
            name, day = f"Tổ chức {self.pick.randint(10**6, 10**9)}", f"{self.day():%d/%m/%Y}"
            lines.append([name, self.pick.choice(["Chi bộ cơ sở", "CĐCS"]), "7-QĐ", day, "Cơ quan X"])
        data = "\r\n".join(";".join(line) for line in lines).encode("utf-8-sig")
        taken = take_in(data, by=self.by, zone=zone, name="so-lieu.csv", kind="organizations", today=self.last_day)
        if taken.status != "written" or not taken.batch:
            raise Nothing
        self.batches.append(taken.batch)

    def undo_import(self):
        if not self.batches:
            self.bring_in()
        undone = undo_batch(Batch.objects.get(pk=self.batches.pop(self.pick.randrange(len(self.batches)))), by=self.by)
        if undone.batch is None:
            raise Nothing
        self.batches.append(undone.batch.pk)  # undone again, it brings everything back
