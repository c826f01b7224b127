"""Which sheet holds the table, and what kind of table it is. Nothing is guessed: a doubt is an error that says so."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from .job import Job, NoTable
from .kinds import KINDS, WorkbookKind
from .reader import Sheet, Unusable
from .reader.table import Header, find_header


@dataclass(slots=True)
class Candidate:
    """A sheet read as one kind of table: its title rows, and the required columns it lacks."""

    sheet: Sheet
    kind: WorkbookKind
    header: Header
    missing: list[str]


def survey(job: Job, sheets: list[Sheet], *, sheet_name=None, kind_name=None) -> list[Candidate]:
    """Every table the file may hold, the one that fits best first. Raises NoTable or Unusable for no such sheet."""
    kinds = [KINDS[kind_name]] if kind_name else list(KINDS.values())
    found = []
    for sheet in _candidates(sheets, sheet_name):
        for kind in kinds:
            if sheet.problem is None and (header := find_header(sheet, kind.layout)) is not None:
                found.append(Candidate(sheet, kind, header, kind.layout.missing(header.fields, kind.given(job))))
    return sorted(found, key=lambda one: (len(one.missing), -len(one.header.fields)))


def find_table(job: Job, sheets: list[Sheet], *, sheet_name=None, kind_name=None) -> WorkbookKind:
    """Set the job's sheet, header and layout; return the kind. Raises NoTable or Unusable."""
    found = survey(job, sheets, sheet_name=sheet_name, kind_name=kind_name)
    tables = [one for one in found if not one.missing]
    if not tables:
        kinds = [KINDS[kind_name]] if kind_name else list(KINDS.values())
        _explain_missing(_candidates(sheets, sheet_name), found, kinds)
    names = list(dict.fromkeys(one.sheet.name for one in tables))
    if len(names) > 1:
        raise NoTable(
            _("Several sheets hold such a table (%(sheets)s): choose one.") % {"sheets": _quoted(names)},
            code="needs_sheet",
        )
    best = best_of(tables)
    if len(best) > 1:
        raise NoTable(
            _("The columns fit several kinds of workbook (%(kinds)s): choose one.")
            % {"kinds": ", ".join(one.kind.name for one in best)},
            code="needs_kind",
        )
    return settle(job, best[0])


def best_of(tables: list[Candidate]) -> list[Candidate]:
    """Those of the whole tables that name the most columns: one, unless the columns fit several kinds alike."""
    most = max((len(one.header.fields) for one in tables), default=0)
    return [one for one in tables if len(one.header.fields) == most]


def settle(job: Job, table: Candidate) -> WorkbookKind:
    """Make ``table`` the one the job reads. Raises NoTable when two columns say the same."""
    job.sheet, job.header, job.layout = table.sheet, table.header, table.kind.layout
    if job.header.twice:
        first, second = job.header.twice[0]
        raise NoTable(
            _("Columns “%(first)s” and “%(second)s” both say the same thing: keep one of them.")
            % {"first": job.header.titles[first], "second": job.header.titles[second]},
            job.header.last + 1,
        )
    return table.kind


def _candidates(sheets, name):
    if name is not None:
        chosen = [sheet for sheet in sheets if sheet.name == name]
        if not chosen:
            raise NoTable(
                _("There is no sheet “%(sheet)s”; there are: %(sheets)s.")
                % {"sheet": name, "sheets": _quoted([sheet.name for sheet in sheets])}
            )
        if chosen[0].problem:
            raise chosen[0].problem
        if chosen[0].is_empty:
            raise Unusable("empty_sheet", sheet=name)
        return chosen
    filled = [sheet for sheet in sheets if sheet.problem or not sheet.is_empty]
    shown = [sheet for sheet in filled if sheet.visible] or filled
    readable = [sheet for sheet in shown if not sheet.problem]
    if not readable:
        raise shown[0].problem
    return readable


def _explain_missing(candidates, found, kinds):
    """Raise NoTable for the table that came nearest: which columns it lacks, and which it has."""
    if not found:
        sheet, kind, header = candidates[0], kinds[0], Header(0, 0)
    else:
        sheet, kind, header = found[0].sheet, found[0].kind, found[0].header
    lacking = found[0].missing if found else kind.layout.missing({}, [])
    missing = ", ".join(f"“{title}”" for title in lacking)
    titles = [title for title in header.titles.values() if title]
    if titles and len(header.fields) > 1 or len(kinds) == 1 and titles:
        raise NoTable(
            _("Required columns are missing: %(missing)s. Columns found: %(found)s. Name them in the title row.")
            % {"missing": missing, "found": _quoted(titles)},
            header.last + 1, sheet.name, code="needs_park" if lacking == _park_alone(kind) else "",
        )  # fmt: skip
    first = next((index for index, row in enumerate(sheet.rows) if any(row)), 0)
    texts = [str(cell)[:40] for cell in sheet.rows[first] if isinstance(cell, str)][:12] if sheet.rows else []
    raise NoTable(
        _(
            "No title row with known columns was found in sheet “%(sheet)s”. The first line reads: %(found)s. "
            "Write the titles above the table, as in the template."
        )
        % {"sheet": sheet.name, "found": _quoted(texts) or "—"},
        first + 1, sheet.name,
    )  # fmt: skip


def _park_alone(kind):
    """What is missing of a table that lacks nothing but the park, which can be named for the whole file."""
    park = kind.layout.columns.get("park")
    return [park.title] if park else None


def _quoted(names):
    return ", ".join(f"“{name}”" for name in names)
