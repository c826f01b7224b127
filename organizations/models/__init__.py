"""Facts: who reports (zones), where (parks, enterprises), what exists (organisations) and what happened (ledger)."""

from .answer import IdempotentAnswer
from .attachment import Attachment
from .base import LIVE
from .batch import Batch, BatchRow
from .decision import Decision, Issuer
from .distinct import Distinct
from .enterprise import Enterprise, EnterpriseStatus, LegalForm, Ownership, Park, ParkAlias, ParkStay, ParkZone
from .headcount import Headcount, latest_of
from .ledger import Change, Event, Kind, LedgerHead, LedgerRow
from .lock import PeriodLock
from .organization import (
    Coverage,
    Organization,
    OrganizationStatus,
    OrganizationType,
    Sector,
    Succession,
    covered_by,
)
from .rating import AdmissionSource, OrganizationRating
from .saved_view import SavedView
from .totals import MonthTotal, YearTotal
from .zone import Assignment, Role, Zone

__all__ = [
    "AdmissionSource",
    "LIVE",
    "Assignment",
    "Attachment",
    "Batch",
    "BatchRow",
    "Change",
    "Coverage",
    "Decision",
    "Distinct",
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
    "OrganizationRating",
    "OrganizationStatus",
    "OrganizationType",
    "Ownership",
    "Park",
    "ParkAlias",
    "ParkStay",
    "ParkZone",
    "PeriodLock",
    "Role",
    "SavedView",
    "Sector",
    "Succession",
    "YearTotal",
    "Zone",
    "covered_by",
    "latest_of",
]
