"""What can be many under one decision, in the office's words: one table, read by the page, the reader and the act."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from organizations.lifecycle import RULES, TYPE_STEPS
from organizations.models import Kind, OrganizationType, Sector

MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Column:
    """One box of each row. ``kind`` is find, count, text or type."""

    name: str
    label: Any
    kind: str = "text"
    required: bool = False
    longest: int = 250


ENTERPRISE = Column("enterprise", _("Enterprise"), "find")
ORGANIZATION = Column("organization", _("Organisation"), "find", required=True)
TYPE = Column("type", _("Type"), "type", required=True)
NAME = Column("name", _("Name of the organisation"))
MEMBERS = Column("members", _("Members"), "count")
QUANTITY = Column("quantity", _("Number of people"), "count", required=True)
FEMALE = Column("female", _("Women"), "count")
WORKERS = Column("workers", _("Direct workers"), "count")
NEW_NAME = Column("new_name", _("New name"), required=True)
NOTE = Column("note", _("Note"), longest=500)

FOUNDING = (ENTERPRISE, TYPE, NAME, MEMBERS, NOTE)
PEOPLE = (ORGANIZATION, QUANTITY, FEMALE, WORKERS, NOTE)
PLAIN = (ORGANIZATION, NOTE)


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing to enter. ``code`` stands in the address; a founding is of one sector, as its decision is."""

    code: str
    kind: str
    label: Any
    hint: Any
    columns: tuple[Column, ...] = PLAIN
    sector: str = ""
    needs_decision: bool = True

    @property
    def founds(self) -> bool:
        return self.kind == Kind.ESTABLISHED

    @property
    def counted(self) -> bool:
        return RULES[self.kind].counted

    @property
    def needs_type(self) -> bool:
        return RULES[self.kind].needs_type

    @property
    def sectors(self) -> frozenset:
        return frozenset({self.sector}) if self.sector else RULES[self.kind].sectors

    def types(self):
        """The types a row is founded as, or all rows change to."""
        types = OrganizationType.objects.filter(sector__in=sorted(self.sectors))
        return types.filter(level__in=TYPE_STEPS[self.kind][1]) if self.kind in TYPE_STEPS else types

    def find_query(self) -> str:
        """What narrows the suggestions for the first box of a row."""
        return "" if self.founds else f"kind={self.kind}"


GROUPS = [
    (_("Organisations"), [
        Happening("founded-party", Kind.ESTABLISHED, _("Party organisations founded"),
                  _("Party cells and committees, each in its enterprise"), FOUNDING, Sector.PARTY),
        Happening("founded-union", Kind.ESTABLISHED, _("Unions founded"),
                  _("one decision, one or forty enterprises"), FOUNDING, Sector.UNION),
        Happening("founded-youth", Kind.ESTABLISHED, _("Youth organisations founded"),
                  _("youth cells and bases, youth association groups"), FOUNDING, Sector.YOUTH),
        Happening("upgraded", Kind.UPGRADED, _("Party cells upgraded"), _("a cell becomes a committee")),
        Happening("downgraded", Kind.DOWNGRADED, _("Party committees downgraded"), _("a committee becomes a cell")),
        Happening("retyped", Kind.RETYPED, _("Type changed"), _("under the new charter, for example")),
        Happening("renamed", Kind.RENAMED, _("Renamed"), _("the new name of each"), (ORGANIZATION, NEW_NAME, NOTE)),
        Happening("suspended", Kind.SUSPENDED, _("Suspended"), _("work stops for a time")),
        Happening("resumed", Kind.RESUMED, _("Resumed"), _("work begins again")),
        Happening("dissolved", Kind.DISSOLVED, _("Dissolved"), _("work ends for good")),
    ]),
    (_("Members"), [
        Happening("admitted", Kind.ADMITTED, _("Admitted to the Party"),
                  _("numbers of each cell; nobody is named"), PEOPLE),
        Happening("recognised", Kind.RECOGNISED, _("Recognised as official members"),
                  _("at the end of probation"), PEOPLE),
        Happening("joined", Kind.JOINED, _("Joined a union or youth organisation"), _("new members"), PEOPLE,
                  needs_decision=False),
        Happening("left", Kind.LEFT, _("Left a union or youth organisation"), _("fewer members"), PEOPLE,
                  needs_decision=False),
        Happening("moved-in", Kind.MEMBER_TRANSFERRED_IN, _("Members transferred in"), _("from elsewhere"), PEOPLE,
                  needs_decision=False),
        Happening("moved-out", Kind.MEMBER_TRANSFERRED_OUT, _("Members transferred out"), _("to elsewhere"), PEOPLE,
                  needs_decision=False),
        Happening("removed", Kind.REMOVED, _("Removed"), _("struck off, expelled, resigned"), PEOPLE,
                  needs_decision=False),
    ]),
]  # fmt: skip

HAPPENINGS = {one.code: one for _label, group in GROUPS for one in group}


def proposed_name(type_: OrganizationType, host: str) -> str:
    """What an organisation of this type in this enterprise is usually called."""
    return f"{name_begins(type_)} {host}"[:250]


def name_begins(type_: OrganizationType) -> str:
    """The first words of such a name: a Party cell says neither "grassroots" nor whose part it is."""
    name = type_.name
    if type_.sector == Sector.PARTY:
        return " ".join(name.split()[:2])
    return name
