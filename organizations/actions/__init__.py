"""Everything that may be done to the facts. Form, grid, API, admin and import call these; nothing else writes.

Each act is a keyword-only function, one transaction, checked for the right to do it, for closed periods and for
the organisation's life. It is done whole or refused whole: ``Refused`` carries every reason.
"""

from .amend import change_organization, uncover
from .catalogue import create_park, create_zone, name_park, place_park
from .decisions import DecisionKey, change_decision, record_decision, record_decisions, register_decision
from .draft import Draft
from .duplicates import forget_distinct, merge_duplicates, say_distinct, unmerge
from .enterprises import (
    EnterpriseDraft,
    change_enterprise,
    change_enterprises,
    record_enterprise,
    save_enterprises,
)
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
from .monthly import MonthDraft, record_months
from .organizations import OrganizationDraft, cover, establish, establish_many
from .ratings import (
    correct_year_row,
    rate_organization,
    rate_organizations,
    record_admission_source,
    withdraw_year_row,
)
from .record import record
from .saved_views import delete_view, save_view
from .yearly import YearDraft, record_years

__all__ = [
    "DecisionKey",
    "Draft",
    "EnterpriseDraft",
    "HeadcountDraft",
    "MonthDraft",
    "OrganizationDraft",
    "YearDraft",
    "admit",
    "change_decision",
    "change_enterprise",
    "change_enterprises",
    "change_organization",
    "correct",
    "correct_headcount",
    "correct_year_row",
    "cover",
    "create_park",
    "create_zone",
    "delete_view",
    "dissolve",
    "downgrade",
    "establish",
    "establish_many",
    "forget_distinct",
    "join",
    "leave",
    "merge",
    "merge_duplicates",
    "name_park",
    "place_park",
    "rate_organization",
    "rate_organizations",
    "recognise",
    "record",
    "record_admission_source",
    "record_decision",
    "record_decisions",
    "record_enterprise",
    "record_headcount",
    "record_headcounts",
    "record_member_transfer",
    "record_months",
    "record_years",
    "register_decision",
    "remove_members",
    "rename",
    "resume",
    "retype",
    "reverse",
    "save_enterprises",
    "save_view",
    "say_distinct",
    "split",
    "suspend",
    "transfer",
    "unmerge",
    "uncover",
    "upgrade",
    "withdraw_year_row",
]
