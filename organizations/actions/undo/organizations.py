"""Organisations: withdrawn with their founding, or with the superior and the enterprises they had before."""

import copy
from collections import defaultdict

from django.utils.translation import gettext_lazy as _

from organizations import bulk
from organizations.models import (
    AdmissionSource,
    Change,
    Coverage,
    Event,
    Headcount,
    Organization,
    OrganizationRating,
)

from ..checks import chunks, names_taken
from ..record import REGISTER, plain
from .enterprises import CREATES, DONE
from .events import WITHDRAWN
from .plan import Part

LABEL = "organizations.organization"
KEY = ("type_id", "zone_id", "name", "dissolved_on")
COLUMNS = [*REGISTER, "search_key", "sort_key", "parent_id", "voided_by_id", "version"]


class Organizations(Part):
    def __init__(self, plan, events, headcounts):
        super().__init__(plan)
        self.events, self.headcounts = events, headcounts
        self.by_row: dict[int, list[Change]] = defaultdict(list)
        for change in plan.changes[LABEL]:
            if change.action != Change.Action.UPDATED or {*(change.before or {}), *(change.after or {})} - {*REGISTER}:
                plan.line(change.batch_row_id)
                self.by_row[change.object_id].append(change)
        plan.load(organizations=self.by_row)
        for pk, changes in self.by_row.items():
            for change in changes:
                if change.action in CREATES:
                    plan.withdraws[plan.organizations[pk]] = change.batch_row_id
                elif change.action == Change.Action.VOIDED:
                    plan.restores[plan.organizations[pk]] = change.batch_row_id
        self.withdrawn = {row.pk: row for row in plan.withdraws if isinstance(row, Organization)}
        self.restored = {row.pk: row for row in plan.restores if isinstance(row, Organization)}
        self._read_what_rests()
        self._read_what_it_rests_on()

    def _read_what_rests(self):
        self.children: dict[int, list[Organization]] = defaultdict(list)
        self.counted: dict[int, list[int]] = defaultdict(list)
        self.merged: set[int] = set()
        self.said_of: set[int] = set()
        for part in chunks(list(self.withdrawn), 5000):
            for child in Organization.objects.filter(parent__in=part).order_by("pk"):
                self.children[child.parent_id].append(self.plan.organizations.setdefault(child.pk, child))
            counts = Headcount.objects.live().filter(organization__in=part).order_by()
            for pk, count in counts.values_list("organization_id", "pk"):
                self.counted[pk].append(count)
            for model in (OrganizationRating, AdmissionSource):  # no import brings these: somebody said them since
                self.said_of |= set(
                    model.objects.live().filter(organization__in=part).values_list("organization", flat=True)
                )
            self.merged |= set(
                Organization.objects.filter(duplicate_of__in=part).values_list("duplicate_of_id", flat=True)
            )

    def _read_what_it_rests_on(self):
        """Superiors and enterprises that come back, and events recorded under enterprises that go."""
        parents = {row.parent_id for row in self.restored.values()}
        covered, added = set(), defaultdict(set)
        for pk, changes in self.by_row.items():
            for change in changes:
                before, after = change.before or {}, change.after or {}
                if change.action == Change.Action.UPDATED:
                    parents.add(before.get("parent_id"))
                    covered |= {*before.get("enterprises", ())}
                    added[pk] |= {*after.get("enterprises", ())}
        self.covers: dict[int, set[int]] = defaultdict(set)
        for part in chunks(list(self.restored), 5000):
            for pk, enterprise in Coverage.objects.filter(organization__in=part).values_list(
                "organization_id", "enterprise_id"
            ):
                self.covers[pk].add(enterprise)
                covered.add(enterprise)
        self.plan.load(organizations=parents - {None}, enterprises=covered)
        self.hosted: dict[int, list[tuple]] = defaultdict(list)
        for part in chunks([pk for pk, enterprises in added.items() if enterprises], 5000):
            rows = Event.objects.live().filter(organization__in=part).exclude(enterprise=None).order_by()
            for pk, *told in rows.values_list("organization_id", "pk", "enterprise_id", "recorded_at"):
                self.hosted[pk].append(tuple(told))
        self.parents = (
            dict(Organization.objects.exclude(parent=None).order_by().values_list("pk", "parent_id"))
            if any("parent_id" in (change.before or {}) for changes in self.by_row.values() for change in changes)
            else {}
        )

    # ------------------------------------------------------------------ judging

    def judge(self):
        plan = self.plan
        changed = plan.changed_since(LABEL, frozenset(REGISTER))
        for pk, changes in self.by_row.items():
            row = plan.organizations[pk]
            for change in changes:
                line = change.batch_row_id
                if pk in changed:
                    plan.keep(line, _("“%(name)s” was changed since."), name=row)
                elif row.duplicate_of_id or pk in self.merged:
                    plan.keep(line, _("“%(name)s” was merged with another row since."), name=row)
                elif not plan.may_write(row.zone_id):
                    message = _("“%(organization)s” belongs to %(zone)s now, where you may not do this.")
                    plan.keep(line, message, organization=row, zone=row.zone)

    def judge_again(self):
        events, counts = self.events.leaving(), self.headcounts.leaving()
        for pk, changes in self.by_row.items():
            going = [change for change in changes if self.plan.going(change.batch_row_id)]
            if not going:
                continue
            found = self._why_it_stays(pk, going, changes, events, counts)
            for change in going if found else ():
                self.plan.keep(change.batch_row_id, found[0], **found[1])
        self._judge_circles()
        self._judge_names()

    def _why_it_stays(self, pk, going, changes, events, counts):
        """The reason why an organisation cannot become what it was, or None."""
        plan, row = self.plan, self.plan.organizations[pk]
        if len(going) < len(changes):
            return _("Another line about the same stays."), {}
        if pk in self.withdrawn:
            if self.events.stands_still(pk):
                return _("“%(name)s” has events that stay."), {"name": row}
            if set(self.counted[pk]) - counts:
                return _("The members of “%(name)s” were counted since."), {"name": row}
            if pk in self.said_of:
                return _("“%(name)s” was rated, or its admission sources were counted, since."), {"name": row}
            for child in self.children[pk]:
                if plan.is_live(child) and self._parent_after(child) == pk:
                    return _("“%(child)s” belongs to “%(name)s”."), {"name": row, "child": child}
        elif plan.is_live(row):
            parent = self._parent_after(row)
            if parent and (pk in self.restored or parent != row.parent_id):
                if not plan.is_live(plan.organizations[parent]):
                    return WITHDRAWN, {"name": plan.organizations[parent]}
            back = {one for change in going for one in (change.before or {}).get("enterprises", ())}
            for enterprise in self.covers[pk] | (back if pk not in self.restored else set()):
                if not plan.is_live(plan.enterprises[enterprise]):
                    return WITHDRAWN, {"name": plan.enterprises[enterprise]}
        for change in going:
            gone = (change.after or {}).get("enterprises", ()) if change.action == Change.Action.UPDATED else ()
            for event, enterprise, recorded_at in self.hosted[pk] if gone else ():
                if enterprise in gone and event not in events and recorded_at > change.recorded_at:
                    return _("Events of “%(name)s” were recorded under its enterprise since."), {"name": row}
        return None

    def _parent_after(self, row):
        """The superior ``row`` will have."""
        parent = row.parent_id
        for change in reversed(self.by_row.get(row.pk, ())):
            if change.action == Change.Action.UPDATED and "parent_id" in (change.before or {}):
                if self.plan.going(change.batch_row_id):
                    parent = change.before["parent_id"]
        return parent

    def _judge_circles(self):
        if not self.parents:
            return
        after = {pk: self._parent_after(self.plan.organizations[pk]) for pk in self.by_row}
        parents = self.parents | after
        for pk, parent in after.items():
            seen, current = set(), pk
            while current is not None and current not in seen:
                seen.add(current)
                current = parents.get(current)
            if current is not None and parent != self.plan.organizations[pk].parent_id:
                for change in self.by_row[pk]:
                    message = _("“%(name)s” would belong to itself.")
                    self.plan.keep(change.batch_row_id, message, name=self.plan.organizations[pk])

    def _judge_names(self):
        """What comes back needs its name and code, which others may have taken."""
        rows = {}
        for pk in {**self.by_row, **self.events.moves}:
            row = self.plan.organizations[pk]
            values = self.events.values_after(row)
            is_new = any(name in values and getattr(row, name) != values[name] for name in KEY)
            if self.plan.is_live(row) and (is_new or row.voided_by_id is not None):
                rows[pk] = after = copy.copy(row)
                for name, value in values.items():
                    setattr(after, name, value)
                after.refresh_keys()
        for pk, problems in (names_taken(rows) if rows else {}).items():
            lines = [change.batch_row_id for change in self.by_row.get(pk, ())]
            for line in lines + [move.line for move in self.events.going(pk)]:
                self.plan.keep(line, problems[0].message)

    def describe(self):
        done = {action: str(words) for action, words in DONE.items()}
        for pk, changes in self.by_row.items():
            for change in changes:
                line = self.plan.line(change.batch_row_id)
                if change.action != Change.Action.UPDATED:
                    line.names.insert(0, str(self.plan.organizations[pk]))
                else:
                    line.names.append(str(self.plan.organizations[pk]))
                line.done[done[change.action]] = None

    # ------------------------------------------------------------------ writing

    def write(self):
        """After the events: the rows become what they lead to, with what the register alone says."""
        plan, aside, changed = self.plan, [], []
        self.removed: list[tuple] = []
        self.added: list[tuple] = []
        for pk in {**self.by_row, **self.events.moves}:
            row = plan.organizations[pk]
            values = self.events.values_after(row)
            different = {name: value for name, value in values.items() if getattr(row, name) != value}
            before = {name: plain(getattr(row, name)) for name in different}
            after = {name: plain(value) for name, value in different.items()}
            changes = [change for change in self.by_row.get(pk, ()) if plan.going(change.batch_row_id)]
            if not different and not changes:
                continue
            if row.voided_by_id is None and set(different) & set(KEY):
                aside.append(pk)
            for name, value in different.items():
                setattr(row, name, value)
            row.refresh_keys()
            row.version += 1
            for change in reversed(changes):
                if change.action == Change.Action.UPDATED:
                    self._give_back(row, change)
                else:
                    self._withdraw_or_restore(row, change, before, after)
                    before = after = {}
            if after:
                line = max(move.line for move in self.events.going(pk))
                plan.change(row, line, action=Change.Action.UPDATED, before=before, after=after)
            changed.append(row)
        for part in chunks(aside, 5000):  # two that swap their names step aside, or one would stand in the other's way
            Organization.objects.filter(pk__in=part).update(voided_by=plan.undo)
        bulk.update(Organization, changed, COLUMNS)
        self._write_coverage()

    def _withdraw_or_restore(self, row, change, before, after):
        voided = change.action in CREATES
        row.voided_by = self.plan.undo if voided else None
        self.plan.change(
            row, change.batch_row_id, action=Change.Action.VOIDED if voided else Change.Action.RESTORED,
            before={"name": row.name} | before if voided else before,
            after=after if voided else {"name": row.name} | after,
        )  # fmt: skip

    def _give_back(self, row, change):
        held, given = {}, {}
        before, after = change.before or {}, change.after or {}
        if "parent_id" in before:
            held["parent_id"], given["parent_id"] = row.parent_id, before["parent_id"]
            row.parent_id = before["parent_id"]
        for image, other, kept in ((after, held, self.removed), (before, given, self.added)):
            if "enterprises" in image:
                other |= {name: image[name] for name in ("enterprises", "lead") if name in image}
                kept += [(row.pk, enterprise, enterprise == image.get("lead")) for enterprise in image["enterprises"]]
        self.plan.change(row, change.batch_row_id, action=Change.Action.UPDATED, before=held, after=given)

    def _write_coverage(self):
        removed = {(pk, enterprise) for pk, enterprise, _lead in self.removed}
        gone = []
        for part in chunks(sorted({pk for pk, _enterprise in removed}), 5000):
            rows = Coverage.objects.filter(organization__in=part, valid_from=None, valid_to=None)
            gone += [row for row, *pair in rows.values_list("pk", "organization_id", "enterprise_id")
                     if tuple(pair) in removed]  # fmt: skip
        for part in chunks(gone, 5000):
            Coverage.objects.filter(pk__in=part).delete()
        bulk.insert(
            [
                Coverage(organization_id=pk, enterprise_id=enterprise, is_lead=lead)
                for pk, enterprise, lead in self.added
            ]
        )
