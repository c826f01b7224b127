"""What the columns of files meant before: remembered title by title, for a zone and a kind of table."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from organizations.models import Zone
from vietnamese.text import search_key

from .detection import Candidate
from .job import Job
from .kinds import KINDS, WorkbookKind
from .models import TitleMemory, Upload
from .reader import Sheet
from .reader.table import Header

LONGEST = 150  # letters of a title by which it is known
BESIDE = 5  # columns right of the last title that may have been chosen without one


def _keys(titles: Mapping[int, str]) -> dict[int, str]:
    """By what each column is known: its title, equal ones by their turn; one without by the title left of it."""
    keys: dict[int, str] = {}
    seen: Counter = Counter()
    left, at = "", -1
    for place in range(max(titles, default=-1) + 1 + BESIDE):
        if key := search_key(titles.get(place, ""))[:LONGEST]:
            seen[key] += 1
            left, at = key if seen[key] == 1 else f"{key} #{seen[key]}", place
            keys[place] = left
        else:
            keys[place] = f"{left} >{place - at}"
    return keys


@transaction.atomic
def remember(upload: Upload, now: datetime) -> None:
    """Keep what each column of the upload is, or that it is nothing we read."""
    titles = {place: title for place, title in enumerate(upload.titles) if title}
    keys, chosen = _keys(titles), {place: name for name, place in upload.columns.items()}
    scope = {"zone_code": upload.zone.code if upload.zone else "", "kind": upload.kind}
    TitleMemory.objects.filter(**scope, title__in=keys.values()).delete()
    TitleMemory.objects.bulk_create(
        [
            TitleMemory(**scope, title=key, field=chosen.get(place, ""), remembered_at=now)
            for place, key in keys.items()
            if place in titles or place in chosen
        ],
        update_conflicts=True,
        unique_fields=["zone_code", "kind", "title"],
        update_fields=["field", "remembered_at"],
    )


@dataclass(slots=True)
class Recalled:
    """A table read by what is remembered, and by its titles where nothing is. ``share`` of its titles are remembered,
    the last of them at ``latest``."""

    table: Candidate
    share: float
    latest: datetime | None


class Memory:
    """What is remembered for a zone (None: for tables that name their zones), of one kind when that is said."""

    def __init__(self, zone: Zone | None, kind: str = ""):
        rows = TitleMemory.objects.filter(zone_code=zone.code if zone else "", kind__in=[kind] if kind else list(KINDS))
        self.said: dict[str, dict[str, TitleMemory]] = defaultdict(dict)
        for row in rows:
            self.said[row.kind][row.title] = row

    def recall(self, job: Job, found: Iterable[Candidate], guessed: Iterable[tuple[Sheet, Header]]) -> list[Recalled]:
        """Every table of ``found``, and of the title rows ``guessed`` where columns of a kind are remembered."""
        tables = [self._read(job, one.sheet, one.kind, one.header) for one in found]
        known = {(one.table.sheet.name, one.table.kind.name, one.table.header.first) for one in tables}
        for sheet, header in guessed if self.said else ():
            for name in self.said:
                if (sheet.name, name, header.first) not in known:
                    bare = Header(header.first, header.last, header.titles)
                    bare.fields = KINDS[name].layout.known(header.titles)
                    recalled = self._read(job, sheet, KINDS[name], bare)
                    tables += [recalled] if recalled.share else []
        return sorted(tables, key=lambda one: (len(one.table.missing), -len(one.table.header.fields)))

    def _read(self, job, sheet, kind: WorkbookKind, header) -> Recalled:
        said = self.said.get(kind.name, {})
        keys = _keys(header.titles) if said else {}
        held = {place: said[key] for place, key in keys.items() if key in said}
        fields: dict[str, int] = {}
        for place, row in held.items():
            if row.field in kind.layout.columns:
                fields.setdefault(row.field, place)
        for name, place in header.fields.items():
            if place not in held:
                fields.setdefault(name, place)
        twice = [pair for pair in header.twice if not held.keys() & set(pair)]
        header = Header(header.first, header.last, header.titles, fields, twice)
        titled = [place for place, title in header.titles.items() if search_key(title)]
        share = sum(place in held for place in titled) / max(1, len(titled)) if fields else 0
        latest = max((row.remembered_at for row in held.values()), default=None)
        return Recalled(Candidate(sheet, kind, header, kind.layout.missing(fields, kind.given(job))), share, latest)


__all__ = ["Memory", "Recalled", "remember"]
