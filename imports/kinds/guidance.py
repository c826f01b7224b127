"""What people are told about each column of each kind of workbook: templates, guides and pages all take it from here.

A test compares this with the columns of ``KINDS``: each has its guide, and no guide is left over.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _


class Entry(StrEnum):
    """What a cell holds, for the program that types it in."""

    TEXT = "text"  # codes and numbers of papers too: nothing may eat their zeros
    DAY = "day"
    PLANNED_DAY = "planned_day"  # may lie ahead
    COUNT = "count"
    YEAR = "year"
    PERCENT = "percent"


FIRST = "…"  # as example: the first word of the list


@dataclass(frozen=True, slots=True)
class Guide:
    """``offers`` names the list a cell may be chosen from (see ``imports.offers``); ``width`` is in characters."""

    help: Any
    example: Any
    entry: Entry = Entry.TEXT
    offers: str = ""
    width: int = 18


@dataclass(frozen=True, slots=True)
class About:
    """A kind of workbook to its readers; ``counts`` says that its counts need a day above the table."""

    title: Any
    purpose: Any
    columns: dict[str, Guide]
    counts: bool = False


NUMBER = Guide(_("Number and symbol of the decision, as printed on it."), "12-QĐ/ĐU", width=17)
ISSUER = Guide(
    _("Who issued the decision. A new name is added to the list."),
    "Đảng ủy Khu kinh tế Hải Phòng",
    offers="issuers",
    width=30,
)

ABOUT = {
    "enterprises": About(
        _("List of enterprises"),
        _("Enterprises, cooperatives and non-public units of the zone: where they are, whose capital, workers."),
        counts=True,
        columns={
            "tax_code": Guide(
                _(
                    "10 digits; a dependent unit adds “-001”; a household business has 12. It tells enterprises "
                    "apart; without it the name does."
                ),
                "0299000015",
                width=17,
            ),
            "name": Guide(_("Full name as registered."), "Công ty TNHH Sao Mai", width=42),
            "park": Guide(_("Choose from the list; with or without the letters KCN."), FIRST, offers="parks", width=26),
            "legal_form": Guide(
                _("Choose from the list, or leave empty."), "Công ty TNHH", offers="legal_forms", width=24
            ),
            "ownership": Guide(
                _("Choose from the list: the state's, private, or foreign capital (wholly, or in a joint venture)."),
                "100% vốn nước ngoài",
                offers="ownerships",
                width=21,
            ),
            "countries": Guide(
                _("Country of the foreign investor; several apart by commas. Empty for domestic capital."),
                "Hàn Quốc",
                width=18,
            ),
            "workers": Guide(
                _("Workers on the day given above the table, as a whole number: 385 or 38.555."),
                385,
                Entry.COUNT,
                width=13,
            ),
            "started_on": Guide(
                _("Day, month, year: 15/03/2021. A planned day may lie ahead when the status says “Chưa hoạt động”."),
                date(2021, 3, 15),
                Entry.PLANNED_DAY,
                width=16,
            ),
            "status": Guide(
                _("Choose from the list. Empty: a new enterprise is in operation, one in the register stays as it is."),
                "Đang hoạt động",
                offers="statuses",
                width=18,
            ),
        },
    ),
    "organizations": About(
        _("List of organisations"),
        _("Party organisations, trade unions and youth organisations, each with the decision that founded it."),
        counts=True,
        columns={
            "code": Guide(_("The organisation's code, when the office gives codes."), "CB-015", width=13),
            "name": Guide(_("Full name of the organisation."), "Chi bộ Công ty TNHH Sao Mai", width=50),
            "type": Guide(_("Choose from the list."), "Chi bộ cơ sở", offers="types", width=26),
            "parent": Guide(
                _("Name or code of the organisation directly above, when it is in the register or in this file."),
                "",
                offers="organizations",
                width=32,
            ),
            "enterprises": Guide(
                _("Tax code of the enterprise it works in; several apart by “;”, the leading one first."),
                "0299000015",
                width=22,
            ),
            "number": NUMBER,
            "decided_on": Guide(
                _("Date of the decision that founded it: 15/03/2021."), date(2021, 3, 15), Entry.DAY, width=15
            ),
            "issuer": ISSUER,
            "members": Guide(
                _("Members on the day given above the table, as a whole number."),
                5,
                Entry.COUNT,
                width=13,
            ),
        },
    ),
    "events": About(
        _("Events"),
        _("What happened to organisations and their members: founded, admitted, merged …, a line a decision."),
        columns={
            "organization": Guide(
                _("Name or code of an organisation in the register."),
                "Chi bộ Công ty TNHH Sao Mai",
                offers="organizations",
                width=40,
            ),
            "kind": Guide(_("Choose from the list."), "Kết nạp đảng viên", offers="events", width=26),
            "decided_on": Guide(_("Date of the decision: 15/03/2021."), date(2026, 3, 15), Entry.DAY, width=15),
            "number": NUMBER,
            "issuer": ISSUER,
            "quantity": Guide(
                _("Number of people admitted, joined, left …; empty for events of the organisation itself."),
                3,
                Entry.COUNT,
                width=11,
            ),
            "female": Guide(_("How many of them are women; empty when not known."), 1, Entry.COUNT, width=11),
            "workers": Guide(
                _("How many of them are workers in production; empty when not known."), 2, Entry.COUNT, width=12
            ),
            "note": Guide(_("Anything to remember; at most 500 characters."), "", width=28),
            "to_type": Guide(
                _("Only when the type changes: choose the new one from the list."), "", offers="types", width=22
            ),
            "new_name": Guide(_("Only when the organisation is renamed: its new full name."), "", width=28),
        },
    ),
    "headcounts": About(
        _("Workers and members"),
        _("How many workers an enterprise has, or members an organisation has, on a day."),
        columns={
            "tax_code": Guide(
                _(
                    "Tax code of the enterprise whose workers are counted. Leave empty when the line is about an "
                    "organisation."
                ),
                "0299000015",
                width=17,
            ),
            "organization": Guide(
                _(
                    "Name or code of the organisation whose members are counted. Leave empty when the line is about an "
                    "enterprise."
                ),
                "",
                offers="organizations",
                width=42,
            ),
            "on": Guide(_("The day the count is for: 30/06/2026."), date(2026, 6, 30), Entry.DAY, width=15),
            "total": Guide(_("Whole number: 385 or 38.555."), 385, Entry.COUNT, width=13),
            "female": Guide(_("How many of them are women; empty when not known."), 210, Entry.COUNT, width=11),
            "official": Guide(
                _("Of Party members: how many are official; otherwise leave empty."), None, Entry.COUNT, width=13
            ),
        },
    ),
    "targets": About(
        _("Targets"),
        _("What each zone was given for an indicator and a year, and by which paper."),
        columns={
            "zone": Guide(_("Choose from the list: name or code of the zone."), FIRST, offers="zones", width=32),
            "indicator": Guide(_("Choose from the list."), FIRST, offers="indicators", width=38),
            "year": Guide(_("Four digits: 2026."), 2026, Entry.YEAR, width=9),
            "range": Guide(_("One number (8) or a range (5-7, từ 5 đến 7)."), "5-7", width=13),
            "number": Guide(_("Number and symbol of the paper that gave the target."), "05-KH/ĐU", width=17),
            "decided_on": Guide(
                _("Date of that paper: 15/01/2026. Needed when its number is given."),
                date(2026, 1, 15),
                Entry.DAY,
                width=15,
            ),
            "issuer": ISSUER,
            "published": Guide(
                _("The percent that was published officially, when there is one: 105,3."),
                None,
                Entry.PERCENT,
                width=14,
            ),
        },
    ),
}
