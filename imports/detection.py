"""Which sheet holds the table, and what kind of table it is. Nothing is guessed: a doubt is an error that says so."""

from django.utils.translation import gettext as _

from .job import Job, NoTable
from .kinds import KINDS, WorkbookKind
from .reader import Sheet, Unusable
from .reader.table import Header, find_header


def find_table(job: Job, sheets: list[Sheet], *, sheet_name=None, kind_name=None) -> WorkbookKind:
    """Set the job's sheet, header and layout; return the kind. Raises NoTable or Unusable."""
    kinds = [KINDS[kind_name]] if kind_name else list(KINDS.values())
    candidates = _candidates(sheets, sheet_name)
    found = []
    for sheet in candidates:
        found += [(sheet, kind, header) for kind, header in _headers(job, sheet, kinds)]
    tables = [one for one in found if not one[1].layout.missing(one[2].fields, one[1].given(job))]
    if not tables:
        _explain_missing(candidates, found, kinds, kinds[0].given(job) if kind_name else [])
    names = list(dict.fromkeys(sheet.name for sheet, _kind, _header in tables))
    if len(names) > 1:
        raise NoTable(
            _("Several sheets hold such a table (%(sheets)s): choose one with “--sheet”.") % {"sheets": _quoted(names)}
        )
    most = max(len(header.fields) for _sheet, _kind, header in tables)
    best = [one for one in tables if len(one[2].fields) == most]
    if len(best) > 1:
        raise NoTable(
            _("The columns fit several kinds of workbook (%(kinds)s): choose one with “--kind”.")
            % {"kinds": ", ".join(kind.name for _sheet, kind, _header in best)}
        )
    job.sheet, kind, job.header = best[0]
    job.layout = kind.layout
    if job.header.twice:
        first, second = job.header.twice[0]
        raise NoTable(
            _("Columns “%(first)s” and “%(second)s” both say the same thing: keep one of them.")
            % {"first": job.header.titles[first], "second": job.header.titles[second]},
            job.header.last + 1,
        )
    return kind


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


def _headers(job, sheet, kinds):
    for kind in kinds:
        header = find_header(sheet, kind.layout)
        if header is not None:
            yield kind, header


def _explain_missing(candidates, found, kinds, given):
    """Raise NoTable for the table that came nearest: which columns it lacks, and which it has."""
    if not found:
        sheet, kind, header = candidates[0], kinds[0], Header(0, 0)
    else:
        sheet, kind, header = min(
            found, key=lambda one: (len(one[1].layout.missing(one[2].fields, given)), -len(one[2].fields))
        )
    missing = ", ".join(f"“{title}”" for title in kind.layout.missing(header.fields, given))
    titles = [title for title in header.titles.values() if title]
    if titles and len(header.fields) > 1 or len(kinds) == 1 and titles:
        raise NoTable(
            _("Required columns are missing: %(missing)s. Columns found: %(found)s.")
            % {"missing": missing, "found": _quoted(titles)},
            header.last + 1, sheet.name,
        )  # fmt: skip
    first = next((index for index, row in enumerate(sheet.rows) if any(row)), 0)
    texts = [str(cell)[:40] for cell in sheet.rows[first] if isinstance(cell, str)][:12] if sheet.rows else []
    raise NoTable(
        _("No title row with known columns was found in sheet “%(sheet)s”. The first line reads: %(found)s.")
        % {"sheet": sheet.name, "found": _quoted(texts) or "—"},
        first + 1, sheet.name,
    )  # fmt: skip


def _quoted(names):
    return ", ".join(f"“{name}”" for name in names)
