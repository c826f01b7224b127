"""Everything that may be done to the facts. Form, grid, API, admin and import call these; nothing else writes.

Each act is a keyword-only function, one transaction, checked for the right to do it, for closed periods and for
the organisation's life. It is done whole or refused whole: ``Refused`` carries every reason.
"""

from .catalogue import create_park, create_zone, name_park, place_park
from .decisions import DecisionKey, record_decision, record_decisions
from .draft import Draft
from .enterprises import EnterpriseDraft, change_enterprise, record_enterprise, save_enterprises
from .events import (
    admit,
    correct,
    dissolve,
    downgrade,
    join,
    leave,
    merge,
    recognise,
    record_member_transfer,
    remove_members,
    rename,
    resume,
    retype,
    reverse,
    split,
    suspend,
    transfer,
    upgrade,
)
from .headcounts import HeadcountDraft, correct_headcount, record_headcount, record_headcounts
from .organizations import OrganizationDraft, cover, establish, establish_many
from .record import record

__all__ = [
    "DecisionKey",
    "Draft",
    "EnterpriseDraft",
    "HeadcountDraft",
    "OrganizationDraft",
    "admit",
    "change_enterprise",
    "correct",
    "correct_headcount",
    "cover",
    "create_park",
    "create_zone",
    "dissolve",
    "downgrade",
    "establish",
    "establish_many",
    "join",
    "leave",
    "merge",
    "name_park",
    "place_park",
    "recognise",
    "record",
    "record_decision",
    "record_decisions",
    "record_enterprise",
    "record_headcount",
    "record_headcounts",
    "record_member_transfer",
    "remove_members",
    "rename",
    "resume",
    "retype",
    "reverse",
    "save_enterprises",
    "split",
    "suspend",
    "transfer",
    "upgrade",
]
