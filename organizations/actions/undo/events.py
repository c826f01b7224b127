"""Events: taken back by a reversal; a reversal is undone by recording the event anew, with all it had copied."""

from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from organizations import lifecycle
from organizations.lifecycle import COUNTS_MEMBERS, RULES, Replay
from organizations.models import Event, Kind, Organization

from ..checks import chunks, one_life
from ..taken_back import again, reversal_of
from .plan import LINE_OF, Part


class Told(NamedTuple):
    """An event as the history of its organisation tells it; the first nine are ``lifecycle.STEP_COLUMNS``."""

    pk: int
    organization_id: int
    kind: str
    day: object
    type_id: int
    zone_id: int
    stock: int
    from_type_id: int | None
    reverses_id: int | None
    decision_id: int | None
    act: str
    quantity: int
    batch_id: int | None
    sheet: str | None
    line: int | None

    def key(self):
        return (self.kind, self.day, self.decision_id)

    def same(self, other):
        """Whether the other tells the same fact."""
        return (*self.key(), self[4:6], self.quantity) == (*other.key(), other[4:6], other.quantity)


TOLD = (*lifecycle.STEP_COLUMNS, "decision_id", "act", "quantity", *LINE_OF)


@dataclass(slots=True, eq=False)
class Move:
    """What undoing a line does to the ledger: ``event`` is taken back, or recorded anew."""

    line: int
    event: Event
    anew: bool


class Events(Part):
    def __init__(self, plan):
        super().__init__(plan)
        self.own = list(Event.objects.filter(batch_row__batch=plan.batch).order_by("pk"))
        ids = {event.organization_id for event in self.own}
        plan.load(organizations=ids)
        self.histories: dict[int, list[Told]] = defaultdict(list)
        for part in chunks(list(ids), 5000):
            for told in map(Told._make, Event.objects.filter(organization__in=part).order_by("pk").values_list(*TOLD)):
                self.histories[told.organization_id].append(told)
        self.told = {told.pk: told for history in self.histories.values() for told in history}
        self.reversals = {told.reverses_id: told for told in self.told.values() if told.reverses_id}
        self._read_duplicates(ids)
        self.moves: dict[int, list[Move]] = defaultdict(list)
        self.after: dict[int, Replay] = {}
        self.names: dict[int, str] = {}
        self._settled: dict[int, tuple] = {}
        self._make_moves()

    def _read_duplicates(self, ids):
        """What the duplicates of the organisations add to their lives; and what stands for lines a merger took back."""
        life_of = one_life(ids)
        self.beside: dict[int, list[lifecycle.Step]] = defaultdict(list)
        merged = [pk for pk, survivor in life_of.items() if survivor in ids and pk != survivor]
        for part in chunks(merged, 5000):
            rows = Event.objects.live().filter(organization__in=part).exclude(kind=Kind.RENAMED).order_by()
            for row in rows.values_list(*lifecycle.STEP_COLUMNS):
                self.beside[life_of[row[1]]].append(lifecycle.stored_step(row))
        again = self.plan.separated("organizations.organization", ids)
        self.stand_ins: dict[int, int] = {old: new for one in again for old, new in one["events"]}

    def _make_moves(self):
        own = {event.pk: event for event in self.own}
        wanted: dict[int, tuple[int, bool]] = {}
        for event in self.own:
            line = event.batch_row_id
            self.plan.line(line)
            if event.reverses_id:
                if event.reverses_id not in own:
                    wanted[event.reverses_id] = (line, True)
            elif event.pk not in self.reversals:
                wanted[event.pk] = (line, False)
            elif self.reversals[event.pk].pk not in own:
                if standing := self._standing(self.told[event.pk]):
                    wanted[standing.pk] = (line, False)
                else:
                    message = _("“%(kind)s” of %(day)s was corrected or taken back since.")
                    self.plan.keep(line, message, **_words(event))
        found = dict(own)
        for part in chunks([pk for pk in wanted if pk not in own], 5000):
            found |= Event.objects.in_bulk(part)
        for pk in sorted(wanted):
            line, anew = wanted[pk]
            self.moves[found[pk].organization_id].append(Move(line, found[pk], anew))
        self.plan.load(enterprises={move.event.enterprise_id for move in self._all() if move.anew} - {None})

    def _standing(self, told):
        """The live event that stands for one that a line of another batch reversed, when that line was undone."""
        while reversal := self.reversals.get(told.pk):
            if told.pk in self.stand_ins:
                told = self.told[self.stand_ins[told.pk]]
                continue
            root = self.plan.root(reversal[-3:])
            later = [
                other
                for other in self.histories[told.organization_id]
                if other.pk > reversal.pk and other.reverses_id is None and root and other.same(told)
                and self.plan.root(other[-3:]) == root
            ]  # fmt: skip
            if not later:
                return None
            told = later[-1]
        return told

    def _all(self):
        return (move for moves in self.moves.values() for move in moves)

    def going(self, pk) -> list[Move]:
        return [move for move in self.moves.get(pk, ()) if self.plan.going(move.line)]

    # ------------------------------------------------------------------ judging

    def judge(self):
        plan = self.plan
        for pk, moves in self.moves.items():
            taken = {move.event.pk for move in moves if not move.anew}
            live = [told for told in self.histories[pk] if self._is_live(told) and told.pk not in taken]
            organization = plan.organizations[pk]
            for move in moves:
                event = move.event
                if organization.duplicate_of_id:
                    plan.keep(move.line, _("“%(name)s” was merged with another row since."), name=organization)
                if not plan.may_write(organization.zone_id):
                    message = _("“%(organization)s” belongs to %(zone)s now, where you may not do this.")
                    plan.keep(move.line, message, organization=organization, zone=organization.zone)
                if event.kind != Kind.RENAMED:
                    plan.block(move.line, plan.locks.problem(event.zone_id, event.effective_on))
                self._judge_later(move, moves, live)

    def _is_live(self, told):
        return told.reverses_id is None and told.pk not in self.reversals

    def _judge_later(self, move, moves, live):
        """What others recorded since, that no replay would miss."""
        event, plan = move.event, self.plan
        if event.kind in COUNTS_MEMBERS and event.stock_delta:
            if any(told.act and told.kind in COUNTS_MEMBERS and told.pk > event.pk and told.day >= event.effective_on
                   for told in live):  # fmt: skip
                plan.keep(move.line, _("The members were handed over or merged with others since."))
        if not move.anew:
            return
        told = self.told[event.pk]
        if event.kind == Kind.RENAMED and any(
            other.kind == Kind.RENAMED and other.day == told.day and other.pk > told.pk for other in live
        ):  # of two names given on one day the later recorded holds; any other order a replay judges
            plan.keep(move.line, _("Another event of %(day)s was recorded since."), **_words(event))
        replaced = {self.told[one.event.pk].key() for one in moves if one.line == move.line and not one.anew}
        if plan.batch.undoes_id and told.key() not in replaced:
            undone = self.reversals[event.pk].pk
            if any(other.key() == told.key() and other.pk > undone for other in live):
                plan.keep(move.line, _("“%(kind)s” of %(day)s was recorded again since."), **_words(event))

    def judge_again(self):
        for pk in self.moves:
            for move in self.going(pk):
                if move.anew:
                    self._judge_subjects(move)
            going = self.going(pk)
            signature = tuple(move.event.pk for move in going)
            if self._settled.get(pk) != signature:
                self._settle(pk, going)
                self._settled[pk] = tuple(move.event.pk for move in self.going(pk))

    def _judge_subjects(self, move):
        """What is recorded anew needs its organisation and its enterprise."""
        subjects = [self.plan.organizations[move.event.organization_id]]
        if move.event.enterprise_id:
            subjects.append(self.plan.enterprises[move.event.enterprise_id])
        for row in subjects:
            if not self.plan.is_live(row):
                self.plan.keep(move.line, WITHDRAWN, name=row)

    def _settle(self, pk, moves):
        """Keep the lines without which the organisation's life would contradict itself: the last ones go first."""
        replay = self._life(pk, moves)
        if replay.problems:
            by_line = defaultdict(list)
            for move in moves:
                by_line[move.line].append(move)
            waiting = sorted(by_line, key=lambda line: max(_order(move) for move in by_line[line]), reverse=True)
            leaving: list[Move] = []
            why = {}
            found = True
            while found:
                found = False
                for line in list(waiting):
                    trial = self._life(pk, leaving + by_line[line])
                    if trial.problems:
                        why[line] = trial.problems[0]
                        continue
                    leaving += by_line[line]
                    waiting.remove(line)
                    found = True
            for line in waiting:
                message, params = lifecycle.no_longer_fits(*why[line])
                self.plan.keep(line, message, **params)
            replay = self._life(pk, leaving)
        self.after[pk] = replay

    def _life(self, pk, moves) -> Replay:
        taken = {move.event.pk for move in moves if not move.anew}
        live = (told for told in self.histories[pk] if told.pk not in taken and self._is_live(told))
        steps = [*self.beside[pk], *(lifecycle.stored_step(told[:9]) for told in live)]
        for move in moves:
            if move.anew:
                step = lifecycle.stored_step(self.told[move.event.pk][:9])
                step.order += 2**61  # appended after all others, in the order they first were
                steps.append(step)
        return lifecycle.replay(steps)

    # ------------------------------------------------------------------ what it comes to

    def stands_still(self, pk) -> bool:
        """Whether any event of the organisation is left."""
        taken = {move.event.pk for move in self.going(pk) if not move.anew}
        return any(self._is_live(told) and told.pk not in taken for told in self.histories[pk])

    def values_after(self, organization: Organization) -> dict:
        """The columns of the register that the events lead to, as they will be."""
        moves = self.going(organization.pk)
        if not moves:
            return {}
        values = self.after[organization.pk].state.register_values()
        if any(move.event.kind == Kind.RENAMED for move in moves):
            values["name"] = self._name_after(organization, moves)
        return values

    def _name_after(self, organization, moves):
        """As the last rename that stands says; without one, as it was called before the first."""
        if not hasattr(self, "_renames"):
            self._renames = defaultdict(list)
            ids = [pk for pk, found in self.moves.items() if any(move.event.kind == Kind.RENAMED for move in found)]
            for part in chunks(ids, 5000):
                rows = Event.objects.filter(organization__in=part, kind=Kind.RENAMED, reverses=None)
                for event in rows.order_by("effective_on", "pk"):
                    self._renames[event.organization_id].append(event)
        taken = {move.event.pk for move in moves if not move.anew}
        anew = {move.event.pk for move in moves if move.anew}
        renames = self._renames[organization.pk]
        standing = [
            event
            for event in renames
            if event.pk in anew or (event.pk not in self.reversals and event.pk not in taken)
        ]  # fmt: skip
        standing.sort(key=lambda event: (event.effective_on, event.pk in anew, event.pk))
        if standing:
            return standing[-1].new_name
        return min(renames, key=lambda event: event.pk).old_name

    def describe(self):
        kinds = {kind: str(Kind(kind).label) for kind in {event.kind for event in self.own}}
        done = {True: str(_("recorded anew")), False: str(_("event reversed"))}
        for moves in self.moves.values():
            for move in moves:
                self.plan.line(move.line).done[done[move.anew]] = None
        for event in self.own:
            line = self.plan.line(event.batch_row_id)
            if event.reverses_id is None or not line.names:
                count = f" {abs(event.quantity)}" if RULES[event.kind].counted else ""
                organization = self.plan.organizations[event.organization_id]
                line.names.insert(0, f"{kinds[event.kind]}{count} · {organization} · {event.effective_on:%d/%m/%Y}")

    def write(self):
        plan = self.plan
        moves = [move for pk in self.moves for move in self.going(pk)]
        for move in moves:
            if not move.anew:
                plan.book.append(reversal_of(move.event, plan.reason, plan.rows[move.line]))
        for move in sorted((move for move in moves if move.anew), key=lambda move: move.event.pk):
            plan.book.append(again(move.event, plan.reason, plan.rows[move.line]))

    def leaving(self) -> set[int]:
        """The events that stand now and will not."""
        return {move.event.pk for pk in self.moves for move in self.going(pk) if not move.anew}

    def decisions(self):
        """The decisions that rows recorded anew cite, with the line."""
        return [(move.event.decision_id, move.line) for pk in self.moves for move in self.going(pk) if move.anew]


WITHDRAWN = _("“%(name)s” is withdrawn: restore it first.")


def _order(move):
    return (move.event.effective_on, RULES[move.event.kind].rank, move.event.pk)


def _words(event):
    return {"kind": Kind(event.kind).label, "day": f"{event.effective_on:%d/%m/%Y}"}
