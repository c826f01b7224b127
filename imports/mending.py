"""Mending staged rows: cells typed over, offers taken, words replaced, lines left out; all is judged anew each time."""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from django.db import transaction

from vietnamese.text import clean

from .models import StagedRow, Upload
from .staging import PART, locked, recheck, shown

State = StagedRow.State


def _mend(upload: Upload, rows: Iterable[StagedRow], new_cell, *, today: date) -> int:
    """Give cells their new values (``new_cell(row)`` → {place: text}) and judge again. Returns how many changed."""
    changed, cells = [], 0
    for row in rows:
        different = 0
        for place, text in new_cell(row).items():
            different += _set(row, place, text)
        if different:
            changed.append(row)
            cells += different
    StagedRow.objects.bulk_update(changed, ["cells", "typed"], batch_size=PART)
    if changed:
        recheck(upload, today=today)
    return cells


def _set(row: StagedRow, place: int, text: str) -> bool:
    text = clean(text)
    before = row.cells[place] if place < len(row.cells) else None
    if shown(before) == text:
        return False
    original = row.typed.get(str(place), before)
    row.cells = [*row.cells, *[None] * (place + 1 - len(row.cells))]
    if shown(original) == text:
        row.cells[place] = original
        row.typed = {key: cell for key, cell in row.typed.items() if key != str(place)}
    else:
        row.cells[place] = text or None
        row.typed = {**row.typed, str(place): original}
    return True


@transaction.atomic
def fix_cell(upload: Upload, *, line: int, field: str, text: str, today: date) -> int:
    """Write ``text`` into one cell; the text it was read as takes the change back. Returns 1 when it changed."""
    upload = locked(upload)
    place = upload.columns[field]
    return _mend(upload, upload.rows.filter(line=line), lambda row: {place: text}, today=today)


@transaction.atomic
def fix_row(upload: Upload, *, line: int, texts: Mapping[str, str], today: date) -> int:
    """Write the cells of one line, by field. Returns how many changed."""
    upload = locked(upload)
    new = {upload.columns[field]: text for field, text in texts.items()}
    return _mend(upload, upload.rows.filter(line=line), lambda row: new, today=today)


@transaction.atomic
def replace_in_column(upload: Upload, *, field: str, find: str, by: str, whole: bool, today: date) -> int:
    """Replace ``find``, in whatever case, in a column: whole cells, or wherever it stands. Returns how many changed."""
    upload = locked(upload)
    place, find = upload.columns[field], clean(find)

    def new_cell(row):
        text = shown(row.cells[place]) if place < len(row.cells) else ""
        if whole:
            return {place: by} if text.casefold() == find.casefold() else {}
        new = re.sub(re.escape(find), lambda match: by, text, flags=re.IGNORECASE) if find else text
        return {} if new == text else {place: new}

    return _mend(upload, upload.rows.exclude(state=State.SKIPPED), new_cell, today=today)


@transaction.atomic
def accept(upload: Upload, *, field: str, value: str, offer: str, today: date) -> int:
    """Take the offer for every cell of the column that holds ``value`` and was offered it. Returns how many."""
    upload = locked(upload)
    place = upload.columns[field]

    def new_cell(row):
        for one in row.findings:
            if one["field"] == field and one["value"] == value and offer in one["offers"]:
                return {place: offer}
        return {}

    return _mend(upload, upload.rows.exclude(state=State.SKIPPED), new_cell, today=today)


@transaction.atomic
def accept_all(upload: Upload, *, today: date) -> int:
    """Take every offer that is the only one for its cell. Returns how many cells changed."""
    upload = locked(upload)

    def new_cell(row):
        return {one["place"]: one["offers"][0] for one in row.findings if one["error"] and len(one["offers"]) == 1}

    return _mend(upload, upload.rows.filter(state__in=[State.ERROR, State.OUTSIDE]), new_cell, today=today)


@transaction.atomic
def skip(upload: Upload, *, lines: Iterable[int] | None, back: bool = False, today: date) -> int:
    """Leave lines out (None: all that are wrong), or take them ``back`` in. Returns how many."""
    upload = locked(upload)
    rows = upload.rows.filter(state=State.SKIPPED) if back else upload.rows.exclude(state=State.SKIPPED)
    rows = rows.filter(line__in=lines) if lines is not None else rows.filter(
        state__in=[State.SKIPPED if back else State.ERROR, *([] if back else [State.OUTSIDE])]
    )  # fmt: skip
    state = State.UNCHANGED if back else State.SKIPPED
    count = rows.update(state=state, findings=[], before={}, warned=False)
    if count:
        recheck(upload, today=today)
    return count


@transaction.atomic
def say(upload: Upload, *, today: date, **settings) -> None:
    """Change what holds for the whole file (``counted_on``, ``corrections``, ``park``) and judge again."""
    upload = locked(upload)
    for name, value in settings.items():
        setattr(upload, name, value)
    recheck(upload, today=today)
