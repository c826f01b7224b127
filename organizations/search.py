"""One search for everybody: enterprises, organisations and decisions by words, tax code and number.

A row is found by its *haystack*: the words of its name and its code, each after a space. Every word asked for must
occur in it; one or two letters must begin a word, so that "ab" does not find everything. Nothing is stored twice:
PostgreSQL indexes the haystack by its trigrams, which it keeps itself; SQLite, the database of one office, reads
through it (see docs/performance.md).
"""

import logging

from django.db import DatabaseError, connections, models, transaction
from django.db.models import Func, Q, QuerySet
from django.db.models.functions import Lower

from vietnamese.text import clean, search_key

from .access import scope_of
from .models import Decision, Enterprise, Organization, Zone

MOST_WORDS = 12
LOOKED_AT = 60  # the newest rows with every word: the most exact of them are shown
EXACT = 20
LAST = "\U0010ffff"
SHORTENED = {  # words of names as search keys have them → how registers shorten them
    ("co", "phan"): "cp",
    ("trach", "nhiem", "huu", "han"): "tnhh",
    ("mot", "thanh", "vien"): "mtv",
    ("khu", "cong", "nghiep"): "kcn",
    ("cong", "ty"): "cty",
}
WRITTEN_OUT = {short: " ".join(long) for long, short in SHORTENED.items()}
log = logging.getLogger(__name__)


class Haystack(Func):
    """What a row is found by, as the database says it; the index holds the same words."""

    arity = None
    output_field = models.TextField()
    arg_joiner = " || ' ' || "
    template = "(' ' || %(expressions)s)"


HAYSTACKS = {
    Enterprise: ("search_key", "tax_code"),
    Organization: ("search_key", Lower("code")),
    Decision: ("search_key",),
}


def words_of(text: str) -> list[str]:
    """The words asked for, without accents and case, each once."""
    return list(dict.fromkeys(search_key(text[:200]).split()))[:MOST_WORDS]


def with_words(rows: QuerySet, words: list[str], *, begin: bool = False) -> QuerySet:
    """The ``rows`` in which every word occurs; with ``begin``, words of one or two letters must begin a word."""
    rows = rows.alias(haystack=Haystack(*HAYSTACKS[rows.model]))
    return rows.filter(every_word(words, "haystack", begin=begin))


def every_word(words: list[str], column: str, *, begin: bool = False) -> Q:
    """Every word occurs in ``column``, a haystack or a search key.

    What registers shorten is found written out and shortened, whichever was asked for: "cổ phần" and "CP".
    """

    def begins(text):
        somewhere = Q((f"{column}__contains", f" {text}"))
        return somewhere if column == "haystack" else somewhere | Q((f"{column}__startswith", text))

    def holds(word):
        return begins(word) if begin and len(word) < 3 else Q((f"{column}__contains", word))

    found, asked = Q(), list(words)
    while asked:
        long = next((long for long in SHORTENED if asked[: len(long)] == list(long)), asked[:1])
        meant = Q(*(holds(word) for word in asked[: len(long)]))
        if short := SHORTENED.get(tuple(long)) or WRITTEN_OUT.get(asked[0]):
            meant |= begins(short)
        found &= meant
        del asked[: len(long)]
    return found


def search(model, user, text: str, limit: int) -> list:
    """The ``limit`` rows of ``model`` the person may see that fit ``text`` best: exact first, then the newest."""
    words = words_of(text)
    if not words:
        return []
    phrase = " ".join(words)
    rows = model.objects.visible_to(user).live().order_by("-pk").select_related(*RELATED[model])
    key = search_key(text[:200])
    queries = (_exact(rows, user, key), _beginning(rows, user, key)[:EXACT], with_words(rows, words, begin=True))
    found = {row.pk: row for part in queries for row in part[:LOOKED_AT]}
    return sorted(found.values(), key=lambda row: (_distance(row, phrase, text), -row.pk))[:limit]


RELATED = {
    Enterprise: ("zone", "park"),
    Organization: ("zone", "type"),
    Decision: ("issuer",),
}


def _exact(rows, user, key) -> QuerySet:
    """The rows of exactly this name or number, by an index."""
    if rows.model is Decision:
        return rows.filter(number_key=Decision.key_of(key))
    return rows.filter(zone__in=_zone_ids(user), search_key=key)


def _beginning(rows, user, key) -> QuerySet:
    """Some rows whose words begin with ``key``: a stretch of an index, read no further than is asked for."""
    rows = rows.order_by()
    if connections[rows.db].vendor == "postgresql":
        return rows.alias(haystack=Haystack(*HAYSTACKS[rows.model])).filter(haystack__startswith=f" {key}")
    if rows.model is Decision:
        return rows.filter(search_key__gte=key, search_key__lt=key + LAST)
    return rows.filter(zone__in=_zone_ids(user), search_key__gte=key, search_key__lt=key + LAST)


def _zone_ids(user):
    ids = scope_of(user).zone_ids
    return Zone.objects.order_by().values("pk") if ids is None else ids


def _distance(row, phrase, text) -> int:
    """How far a row is from what was asked: 0 is the thing itself."""
    code = getattr(row, "tax_code", None) or getattr(row, "code", None) or getattr(row, "number_key", "")
    asked = "".join(clean(text).split()).casefold()
    code = search_key(code).replace(" ", "")
    bare = search_key(asked).replace(" ", "")
    key = row.search_key
    ranks = (
        bool(bare) and code == bare,
        key == phrase,
        bool(bare) and code.startswith(bare),
        key.startswith(phrase),
        f" {phrase}" in key,
        all(f" {word}" in f" {key}" for word in phrase.split()),
    )
    return next((place for place, holds in enumerate(ranks) if holds), len(ranks))


# ------------------------------------------------------------------------------------------ the index of PostgreSQL


def install(using: str = "default") -> None:
    """Let PostgreSQL find words by their trigrams. Where it may not be told to, searching is slower and as right."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(using=using), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            for model, parts in HAYSTACKS.items():
                table = model._meta.db_table
                named = " || ' ' || ".join(
                    f'"{part}"' if isinstance(part, str) else f'LOWER("{part.source_expressions[0].name}")'
                    for part in parts
                )
                cursor.execute(
                    f'CREATE INDEX IF NOT EXISTS "{table}_words" ON "{table}" '
                    f"USING gin ((' ' || {named}) gin_trgm_ops)"
                )
    except DatabaseError as error:
        log.warning("words are searched without an index: %s", error)


def after_migrate(sender, using, **kwargs):
    install(using)
