"""What may be done to a snapshot, by whom, from which state: one table, read by the acts and by the buttons alike."""

from dataclasses import dataclass
from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from organizations.access import Act, require
from organizations.problems import Conflict
from reports.models import Snapshot, State


class Step(StrEnum):
    SUBMIT = "submit"
    ACCEPT = "accept"
    RETURN = "return"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Rule:
    """Where a step leads; ``authors``: whether who drafted or submitted the snapshot may take it."""

    to: State
    authors: bool = True


ACT = {  # the right each step asks for, in the zone of the snapshot
    Step.SUBMIT: Act.SUBMIT,
    Step.ACCEPT: Act.DECIDE,
    Step.RETURN: Act.DECIDE,
    Step.REOPEN: Act.DECIDE,
    Step.WITHDRAW: Act.WITHDRAW,
}

TABLE = {  # what is not here cannot be done
    (State.DRAFT, Step.SUBMIT): Rule(State.SUBMITTED),
    (State.DRAFT, Step.WITHDRAW): Rule(State.WITHDRAWN),
    (State.SUBMITTED, Step.WITHDRAW): Rule(State.WITHDRAWN),
    (State.SUBMITTED, Step.ACCEPT): Rule(State.ACCEPTED, authors=False),
    (State.SUBMITTED, Step.RETURN): Rule(State.RETURNED, authors=False),
    (State.ACCEPTED, Step.REOPEN): Rule(State.REOPENED),
}


class WrongState(Conflict):
    """The snapshot stands where the step cannot be taken; nothing was written."""


def is_author(snapshot: Snapshot, user) -> bool:
    """Whether ``user`` drafted or submitted the snapshot."""
    return user.pk in (snapshot.drafted_by_id, snapshot.submitted_by_id)


def check(snapshot: Snapshot, step: Step, user) -> Rule:
    """The rule of the step; raises PermissionDenied or WrongState, with the reason, when ``user`` cannot take it."""
    require(user, ACT[step], snapshot.zone)
    rule = TABLE.get((State(snapshot.state), step))
    if rule is None:
        message = _("%(snapshot)s is now “%(state)s”: this cannot be done to it.")
        raise WrongState(message % {"snapshot": snapshot, "state": snapshot.get_state_display()})
    if not rule.authors and is_author(snapshot, user):
        message = _(
            "%(user)s drafted or submitted %(snapshot)s: nobody accepts or returns their own. "
            "Ask somebody else of the City Organization Board."
        )
        raise PermissionDenied(message % {"user": user, "snapshot": snapshot})
    return rule


def may_take(snapshot: Snapshot, step: Step, user) -> bool:
    try:
        check(snapshot, step, user)
    except (PermissionDenied, Conflict):
        return False
    return True


def steps_for(snapshot: Snapshot, user) -> list[Step]:
    """The steps ``user`` can take now: what the buttons are."""
    return [step for step in Step if may_take(snapshot, step, user)]
