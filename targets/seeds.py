"""Reference rows every database has: NQ28, its seven indicators, and the terms of office."""

from datetime import date

from .models import Indicator, Resolution, Term

NQ28 = {
    "number": "28-NQ/TU",
    "title": "Nghị quyết về xây dựng tổ chức đảng, công đoàn và đoàn thanh niên trong doanh nghiệp ngoài nhà nước, "
    "hợp tác xã và đơn vị sự nghiệp ngoài công lập",
    "issuer": "Ban Thường vụ Thành ủy Hải Phòng",
    "issued_on": date(2009, 11, 10),
}

# code, name, short name, how it is counted, unit, sector, measure
INDICATORS = [
    (
        "party_orgs",
        "Tổ chức đảng thành lập mới",
        "Tổ chức đảng mới",
        "theo quyết định thành lập",
        "tổ chức",
        "party",
        "new_organizations",
    ),
    (
        "party_members",
        "Đảng viên mới kết nạp",
        "Kết nạp đảng viên",
        "theo ngày quyết định kết nạp",
        "đảng viên",
        "party",
        "members_admitted",
    ),
    (
        "union_orgs",
        "Công đoàn cơ sở thành lập mới",
        "Công đoàn mới",
        "theo quyết định công nhận",
        "tổ chức",
        "union",
        "new_organizations",
    ),
    (
        "union_members",
        "Đoàn viên công đoàn phát triển mới",
        "Đoàn viên công đoàn",
        "chưa trừ số giảm",
        "đoàn viên công đoàn",
        "union",
        "members_joined",
    ),
    (
        "youth_orgs",
        "Tổ chức Đoàn thanh niên thành lập mới",
        "Tổ chức Đoàn mới",
        "Đoàn, không gồm Hội",
        "tổ chức",
        "youth",
        "new_organizations",
    ),
    (
        "youth_members",
        "Đoàn viên thanh niên phát triển mới",
        "Đoàn viên thanh niên",
        "chưa trừ số giảm",
        "đoàn viên thanh niên",
        "youth",
        "members_joined",
    ),
    (
        "party_committees",
        "Chi bộ nâng cấp thành đảng bộ cơ sở",
        "Đảng bộ cơ sở mới",
        "không tính là tổ chức đảng mới",
        "đảng bộ",
        "party",
        "new_committees",
    ),
]

TERMS = [("2020–2025", 2020, 2025), ("2025–2030", 2026, 2030)]


def after_migrate(sender, using, **kwargs):
    """Add what is absent; a row somebody has edited stays as it is."""
    resolution, _created = Resolution.objects.using(using).get_or_create(code="NQ28", defaults=NQ28)
    have = set(Indicator.objects.using(using).values_list("code", flat=True))
    Indicator.objects.using(using).bulk_create(
        [
            Indicator(
                code=code,
                name=name,
                short_name=short,
                hint=hint,
                unit=unit,
                sector=sector,
                measure=measure,
                order=order,
                resolution=resolution,
            )
            for order, (code, name, short, hint, unit, sector, measure) in enumerate(INDICATORS)
            if code not in have
        ]
    )
    if not Term.objects.using(using).exists():
        Term.objects.using(using).bulk_create(
            [Term(name=name, first_year=first, last_year=last) for name, first, last in TERMS]
        )
