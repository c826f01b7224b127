"""Facts: who reports (zones), where (parks, enterprises), what exists (organisations) and what happened (ledger)."""

from .answer import IdempotentAnswer
from .batch import Batch, BatchRow
from .decision import Decision, Issuer
from .enterprise import Enterprise, EnterpriseStatus, LegalForm, Ownership, Park, ParkAlias, ParkStay, ParkZone
from .ledger import Change, Event, Headcount, Kind, LedgerHead, LedgerRow, PeriodLock
from .organization import Coverage, Organization, OrganizationStatus, OrganizationType, Sector, Succession
from .totals import MonthTotal, YearTotal
from .zone import Assignment, Role, Zone

__all__ = [
    "Assignment",
    "Batch",
    "BatchRow",
    "Change",
    "Coverage",
    "Decision",
    "Enterprise",
    "EnterpriseStatus",
    "Event",
    "Headcount",
    "IdempotentAnswer",
    "Issuer",
    "Kind",
    "LedgerHead",
    "LedgerRow",
    "LegalForm",
    "MonthTotal",
    "Organization",
    "OrganizationStatus",
    "OrganizationType",
    "Ownership",
    "Park",
    "ParkAlias",
    "ParkStay",
    "ParkZone",
    "PeriodLock",
    "Role",
    "Sector",
    "Succession",
    "YearTotal",
    "Zone",
]
