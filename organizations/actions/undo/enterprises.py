"""Enterprises: one the batch created is withdrawn, one it changed gets its former values back, and the reverse."""

from collections import defaultdict
from datetime import date

from django.utils.translation import gettext_lazy as _

from organizations import bulk
from organizations.models import Change, Coverage, Enterprise, Event, Headcount
from vietnamese.text import search_key

from ..checks import chunks
from ..enterprises import FIELDS, stays_image, stays_of, write_stays
from .plan import Part

LABEL = "organizations.enterprise"
CREATES = (Change.Action.CREATED, Change.Action.RESTORED)


class Enterprises(Part):
    def __init__(self, plan, events, headcounts):
        super().__init__(plan)
        self.events, self.headcounts = events, headcounts
        self.changes = plan.changes[LABEL]
        plan.load(enterprises={change.object_id for change in self.changes})
        self.by_row: dict[int, list[Change]] = defaultdict(list)
        for change in self.changes:
            plan.line(change.batch_row_id)
            self.by_row[change.object_id].append(change)
            row = plan.enterprises[change.object_id]
            if change.action in CREATES:
                plan.withdraws[row] = change.batch_row_id
            elif change.action == Change.Action.VOIDED:
                plan.restores[row] = change.batch_row_id
        self.withdrawn = {row.pk: row for row in plan.withdraws if isinstance(row, Enterprise)}
        self._read_what_rests()
        self._read_keys()

    def _read_what_rests(self):
        self.resting: dict[int, tuple] = {}
        self.counted: dict[int, list[int]] = defaultdict(list)
        self.told: dict[int, list[int]] = defaultdict(list)
        for part in chunks(list(self.withdrawn), 5000):
            for pk in Enterprise.objects.filter(duplicate_of__in=part).values_list("duplicate_of_id", flat=True):
                self.resting[pk] = (_("Another enterprise was merged into “%(name)s” since."), "")
            covers = Coverage.objects.filter(enterprise__in=part, organization__voided_by=None).order_by()
            for pk, name in covers.values_list("enterprise_id", "organization__name"):
                self.resting[pk] = (_("“%(other)s” was founded in “%(name)s” since."), name)
            for pk, event in (
                Event.objects.live().filter(enterprise__in=part).order_by().values_list("enterprise_id", "pk")
            ):
                self.told[pk].append(event)
            counts = Headcount.objects.live().filter(enterprise__in=part).order_by()
            for pk, count in counts.values_list("enterprise_id", "pk"):
                self.counted[pk].append(count)

    def _after(self, row) -> dict:
        """The fields of ``row`` once its going changes are undone, the last first."""
        values: dict = {}
        for change in reversed(self.by_row[row.pk]):
            if change.action == Change.Action.UPDATED and self.plan.going(change.batch_row_id):
                values |= {name: value for name, value in (change.before or {}).items() if name in FIELDS}
        return values

    def _key(self, row, values):
        code = values.get("tax_code", row.tax_code)
        if code:
            return (row.zone_id, "tax_code", code)
        return (row.zone_id, "name", search_key(values.get("name", row.name))[:400])

    def _read_keys(self):
        """Who has the keys that rows of the batch will take again."""
        self.owners: dict[tuple, set[int]] = defaultdict(set)
        wanted = [self._key(self.plan.enterprises[pk], self._after(self.plan.enterprises[pk])) for pk in self.by_row]
        live = Enterprise.objects.live().order_by()
        for part in chunks([key[2] for key in wanted if key[1] == "tax_code"], 5000):
            for zone_id, code, pk in live.filter(tax_code__in=part).values_list("zone_id", "tax_code", "pk"):
                self.owners[zone_id, "tax_code", code].add(pk)
        zones = {key[0] for key in wanted}
        for part in chunks([key[2] for key in wanted if key[1] == "name"], 5000):
            found = live.filter(tax_code="", search_key__in=part, zone__in=zones)
            for zone_id, name, pk in found.values_list("zone_id", "search_key", "pk"):
                self.owners[zone_id, "name", name].add(pk)

    # ------------------------------------------------------------------ judging

    def _closed(self, change):
        """The closed period that undoing the move of ``change`` would touch: it may hold no day that changes place."""
        days = sorted(first_days(change.before) ^ first_days(change.after))
        return self.plan.locks.problem(change.zone_id, days[0], until=days[-1]) if days else None

    def judge(self):
        plan = self.plan
        changed = plan.changed_since(LABEL)
        for pk, changes in self.by_row.items():
            row = plan.enterprises[pk]
            for change in changes:
                if pk in changed:
                    plan.keep(change.batch_row_id, _("“%(name)s” was changed since."), name=row)
                elif row.duplicate_of_id:
                    plan.keep(change.batch_row_id, _("“%(name)s” was merged with another row since."), name=row)
                elif pk in self.withdrawn and pk in self.resting:
                    message, other = self.resting[pk]
                    plan.keep(change.batch_row_id, message, name=row, other=other)
                else:
                    plan.block(change.batch_row_id, self._closed(change))

    def judge_again(self):
        plan = self.plan
        events, counts = self.events.leaving(), self.headcounts.leaving()
        taken: dict[tuple, int] = {}
        for pk, changes in self.by_row.items():
            row = plan.enterprises[pk]
            going = [change for change in changes if plan.going(change.batch_row_id)]
            if not going:
                continue
            if len(going) < len(changes):
                message, params = _("Another line about the same stays."), {}
            elif pk in self.withdrawn and set(self.told[pk]) - events:
                message, params = _("Events were recorded in “%(name)s” since."), {"name": row}
            elif pk in self.withdrawn and set(self.counted[pk]) - counts:
                message, params = _("The workers of “%(name)s” were counted since."), {"name": row}
            elif plan.is_live(row) and self._is_taken(row, taken):
                message, params = _("Another enterprise has the tax code or the name of “%(name)s” now."), {"name": row}
            else:
                continue
            for change in going:
                plan.keep(change.batch_row_id, message, **params)

    def _is_taken(self, row, taken):
        key = self._key(row, self._after(row))
        others = {pk for pk in self.owners.get(key, ()) if pk != row.pk and not self._gives_up(pk, key)}
        return bool(others) or taken.setdefault(key, row.pk) != row.pk

    def _gives_up(self, pk, key):
        row = self.plan.enterprises.get(pk)
        return pk in self.by_row and (not self.plan.is_live(row) or self._key(row, self._after(row)) != key)

    def describe(self):
        done = {action: str(words) for action, words in DONE.items()}
        for change in self.changes:
            line = self.plan.line(change.batch_row_id)
            line.names.insert(0, str(self.plan.enterprises[change.object_id]))
            line.done[done[change.action]] = None

    # ------------------------------------------------------------------ writing

    def write(self):
        plan = self.plan
        gone, changed, stays = [], [], {}
        moved = [change.object_id for change in self.changes if "park" in (change.before or {})]
        now = stays_of(moved)
        for pk, changes in self.by_row.items():
            row = plan.enterprises[pk]
            for change in reversed(changes):
                if not plan.going(change.batch_row_id):
                    continue
                if change.action == Change.Action.UPDATED:
                    before, after = self._give_back(row, change, now, stays)
                    plan.change(row, change.batch_row_id, action=change.action, before=before, after=after)
                    changed.append(row)
                    continue
                voided = change.action in CREATES
                row.voided_by = plan.undo if voided else None
                row.version += 1
                gone.append(row)
                plan.change(
                    row, change.batch_row_id, before={"name": row.name} if voided else None,
                    after=None if voided else {"name": row.name},
                    action=Change.Action.VOIDED if voided else Change.Action.RESTORED,
                )  # fmt: skip
        keyed = [row.pk for row in changed if {"name", "tax_code"} & set(self._after(row))]
        for part in chunks(keyed, 5000):  # two that swap their names step aside, or one would stand in the other's way
            Enterprise.objects.filter(pk__in=part).update(voided_by=plan.undo)
        bulk.update(Enterprise, gone, ["voided_by_id", "version"])
        columns = ["park_id" if name == "park" else name for name in FIELDS]
        bulk.update(Enterprise, changed, [*columns, "search_key", "sort_key", "version", "voided_by_id"])
        write_stays(stays)

    def _give_back(self, row, change, now, stays):
        """The row gets the values before ``change`` back; returns what it changes from and to."""
        given = {name: value for name, value in (change.before or {}).items() if name in FIELDS}
        held = {name: _image(row, name) for name in given}
        for name, value in given.items():
            if name == "started_on" and value:
                value = date.fromisoformat(value)
            setattr(row, "park_id" if name == "park" else name, value)
        row.refresh_keys()
        row.version += 1
        if "park" in given:
            former = [
                (park_id, first and date.fromisoformat(first), last and date.fromisoformat(last))
                for park_id, first, last in change.before.get("stays", ())
            ]
            held |= stays_image(now[row.pk])
            given |= stays_image(former)
            stays[row.pk] = now[row.pk] = former
        return held, given


def first_days(image):
    """The days from which an enterprise sat elsewhere, of what a change keeps of its stays."""
    return {date.fromisoformat(first) for _park, first, _last in (image or {}).get("stays", ()) if first}


def _image(row, name):
    value = row.park_id if name == "park" else getattr(row, name)
    return value.isoformat() if isinstance(value, date) else value


DONE = {
    Change.Action.CREATED: _("row withdrawn"),
    Change.Action.RESTORED: _("row withdrawn"),
    Change.Action.VOIDED: _("row restored"),
    Change.Action.UPDATED: _("former values put back"),
}
