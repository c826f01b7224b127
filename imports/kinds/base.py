"""What a kind of workbook knows: its columns, how a row meets what is recorded, and which act writes it."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from organizations.access import Act
from organizations.problems import Problem, Refused
from vietnamese import tax_codes

from .. import cells
from ..job import Job
from ..reader.table import Column, Layout
from ..vocabulary import ENGLISH_TITLES


class WorkbookKind:
    """One kind of workbook. A new kind is a file beside this one, named in ``kinds.KINDS``."""

    name = ""
    label: str | Promise = ""
    columns: tuple[Column, ...] = ()
    either: tuple[tuple[str, ...], ...] = ()
    # Which recorded row a line is about, within the zone: the first of these groups of columns that is filled in.
    keys: tuple[tuple[str, ...], ...] = ()
    act = Act.IMPORT
    needs_zone = True
    rehearsed = False  # whether its act can find more errors than ``resolve``: then good rows are tried and taken back

    def __init__(self):
        self.layout = Layout(self.columns, self.either, ENGLISH_TITLES[self.name])

    def given(self, job: Job) -> list[str]:
        """Required fields that the command gives for every row."""
        return []

    def prepare(self, job: Job):
        """Load what the cells are looked up in, as ``job.names``, before they are read."""

    def resolve(self, job: Job):
        """Compare the good rows with what is recorded: set each row's outcome, and name what is wrong. Reads only."""
        raise NotImplementedError

    def zones(self, job: Job) -> set:
        """The ids of all zones whose ledgers ``write`` may touch, to be locked at once."""
        return {job.zone.pk}

    def write(self, job: Job, rows: list):
        """Write ``rows`` (those that change something) through the actions, inside an open ledger.

        Returns warnings by row. Raises ``RowsRefused``.
        """
        raise NotImplementedError

    def spoilt(self, job: Job) -> set:
        """Rows that cannot be judged because a row they hang on is wrong."""
        return set()

    fields: dict[str, str] = {}  # the actions' field names, where they differ from ours


def contradiction(told) -> Problem:
    """The ledger says otherwise than the file: corrected only when a reason is given."""
    return Problem(
        _("The ledger says %(ledger)s, the file %(file)s: correct it with a reason."), told, code="needs_corrections"
    )


class RowsRefused(Exception):
    """An action refused some rows: row → its problems."""

    def __init__(self, by_row):
        self.by_row = by_row
        super().__init__(by_row)


def by_rows(rows, by_index):
    """Turn problems by place in an act into problems by row."""
    return {rows[index]: problems for index, problems in by_index.items() if problems}


def told_by_row(rows, act):
    """Run ``act`` on drafts made of ``rows``, its refusal told by row."""
    try:
        return act()
    except Refused as refused:
        raise RowsRefused(by_rows(rows, refused.by_row)) from refused


# ------------------------------------------------------------------------------------------ readers of cells


def read_name(cell, job):
    return cells.name(cell)


def read_count(cell, job):
    return cells.count(cell)


def read_day(cell, job):
    return cells.past_day(job.today)(cell)


def read_text(limit):
    parse = cells.text(limit)
    return lambda cell, job: parse(cell)


def read_tax_code(cell, job):
    return tax_codes.parse_tax_code(cell)
