"""Reference rows every database has: types of organisation, and the placeholders that fill a dimension."""

from datetime import date

from .models import Issuer, OrganizationType, Park

Level = OrganizationType.Level

# code, sector, level, name, counts as new, members at founding, valid from, valid to
TYPES = [
    ("party_superior", "party", Level.SUPERIOR, "Đảng bộ cấp trên trực tiếp cơ sở", True, 0, None, None),
    ("party_committee", "party", Level.COMMITTEE, "Đảng bộ cơ sở", True, 0, None, None),
    ("party_subcommittee", "party", Level.COMMITTEE, "Đảng bộ bộ phận", True, 0, None, date(2026, 7, 25)),
    ("party_cell", "party", Level.CELL, "Chi bộ cơ sở", True, 3, None, None),
    ("party_subcell", "party", Level.CELL, "Chi bộ trực thuộc", True, 3, None, None),
    (
        "party_affiliated_committee",
        "party",
        Level.COMMITTEE,
        "Đảng bộ trực thuộc cơ sở",
        True,
        0,
        date(2026, 7, 26),
        None,
    ),
    ("party_plain_cell", "party", Level.CELL, "Chi bộ", True, 3, date(2026, 7, 26), None),
    (
        "union_superior",
        "union",
        Level.SUPERIOR,
        "Công đoàn cấp trên trực tiếp cơ sở",
        True,
        0,
        None,
        date(2025, 12, 31),
    ),
    ("union_base", "union", Level.CELL, "Công đoàn cơ sở", True, 5, None, None),
    ("union_member_base", "union", Level.COMPONENT, "Công đoàn cơ sở thành viên", False, 5, None, None),
    ("union_section", "union", Level.COMPONENT, "Công đoàn bộ phận", False, 0, None, None),
    ("union_syndicate", "union", Level.CELL, "Nghiệp đoàn cơ sở", True, 5, None, None),
    ("youth_base", "youth", Level.COMMITTEE, "Đoàn cơ sở", True, 30, None, None),
    ("youth_base_cell", "youth", Level.CELL, "Chi đoàn cơ sở", True, 3, None, None),
    ("youth_cell", "youth", Level.CELL, "Chi đoàn", True, 3, None, None),
    ("youth_association", "youth", Level.COMPONENT, "Chi hội thanh niên", False, 0, None, None),
]

NO_PARK = "Không thuộc khu công nghiệp"
UNKNOWN_ISSUER = "Chưa rõ cơ quan ban hành"


def after_migrate(sender, using, **kwargs):
    """Add what is absent; a row somebody has edited stays as it is."""
    have = set(OrganizationType.objects.using(using).values_list("code", flat=True))
    rows = [
        OrganizationType(
            code=code,
            sector=sector,
            level=level,
            name=name,
            counts_as_new=new,
            founding_members=members,
            valid_from=first,
            valid_to=last,
            order=order,
        )
        for order, (code, sector, level, name, new, members, first, last) in enumerate(TYPES)
        if code not in have
    ]
    for row in rows:
        row.refresh_keys()
    OrganizationType.objects.using(using).bulk_create(rows)
    if not Park.objects.using(using).filter(code=Park.NONE).exists():
        Park(code=Park.NONE, name=NO_PARK).save(using=using)
    if not Issuer.objects.using(using).filter(search_key=issuer_key(UNKNOWN_ISSUER)).exists():
        Issuer(name=UNKNOWN_ISSUER).save(using=using)


def issuer_key(name):
    from vietnamese.text import search_key

    return search_key(name)[:400]
