"""Words that workbooks use for what the software knows by a code. Search keys are made of them when first asked."""

from functools import cache

from django.utils import translation

from organizations.lifecycle import RULES
from organizations.models import EnterpriseStatus, Kind, LegalForm, Ownership, Sector
from vietnamese.text import search_key

# The first word of each list is the one offered when a cell is not understood.
OWNERSHIPS = {
    Ownership.STATE: ["Nhà nước", "Vốn nhà nước", "Doanh nghiệp nhà nước", "DNNN", "Trong nước - nhà nước"],
    Ownership.PRIVATE: [
        "Tư nhân", "Vốn tư nhân", "Ngoài nhà nước", "Ngoài quốc doanh", "Doanh nghiệp ngoài nhà nước", "Dân doanh",
    ],
    Ownership.FDI: [
        "FDI", "Vốn FDI", "Doanh nghiệp FDI", "DN FDI", "Có vốn đầu tư nước ngoài", "Vốn đầu tư nước ngoài",
        "Đầu tư nước ngoài", "ĐTNN", "Vốn nước ngoài", "Nước ngoài", "Doanh nghiệp có vốn đầu tư nước ngoài",
        "Đầu tư trực tiếp nước ngoài",
    ],
    Ownership.FDI_WHOLLY: [
        "100% vốn nước ngoài", "100% nước ngoài", "100% FDI", "FDI 100%", "100% vốn FDI", "100% vốn đầu tư nước ngoài",
        "100% ĐTNN", "Toàn bộ vốn nước ngoài",
    ],
    Ownership.FDI_JOINT: [
        "Liên doanh", "FDI liên doanh", "Liên doanh nước ngoài", "Liên doanh với nước ngoài", "Liên doanh FDI",
        "Công ty liên doanh",
    ],
}  # fmt: skip
LEGAL_FORMS = {
    LegalForm.LIMITED: [
        "Công ty TNHH", "TNHH", "Cty TNHH", "Trách nhiệm hữu hạn", "Công ty trách nhiệm hữu hạn", "TNHH một thành viên",
        "TNHH 1 thành viên", "TNHH MTV", "Công ty TNHH một thành viên", "Công ty TNHH MTV",
        "TNHH hai thành viên trở lên",
        "Công ty TNHH hai thành viên trở lên", "TNHH 2 thành viên trở lên", "Công ty TNHH 2 thành viên trở lên",
        "Công ty TNHH 1 thành viên", "Công ty trách nhiệm hữu hạn một thành viên",
    ],
    LegalForm.JOINT_STOCK: ["Công ty cổ phần", "Cổ phần", "CP", "CTCP", "Cty CP", "Công ty CP", "Cty cổ phần"],
    LegalForm.PARTNERSHIP: ["Công ty hợp danh", "Hợp danh"],
    LegalForm.SOLE: ["Doanh nghiệp tư nhân", "DNTN", "DN tư nhân"],
    LegalForm.COOPERATIVE: ["Hợp tác xã", "HTX", "Liên hiệp hợp tác xã"],
    LegalForm.NONPUBLIC_UNIT: [
        "Đơn vị sự nghiệp ngoài công lập", "ĐVSN ngoài công lập", "Đơn vị SN ngoài công lập",
        "Sự nghiệp ngoài công lập",
        "Ngoài công lập",
    ],
    LegalForm.BRANCH: ["Chi nhánh", "Đơn vị phụ thuộc", "Văn phòng đại diện", "Chi nhánh, đơn vị phụ thuộc"],
    LegalForm.HOUSEHOLD: ["Hộ kinh doanh", "HKD", "Hộ KD", "Hộ kinh doanh cá thể"],
    LegalForm.OTHER: ["Khác", "Loại khác"],
    LegalForm.UNKNOWN: ["Chưa rõ"],
}  # fmt: skip
STATUSES = {
    EnterpriseStatus.OPERATING: ["Đang hoạt động", "Hoạt động", "ĐHĐ", "Đang SXKD", "Hoạt động bình thường"],
    EnterpriseStatus.SUSPENDED: [
        "Tạm ngừng", "Tạm ngừng hoạt động", "Tạm dừng", "Tạm dừng hoạt động", "Tạm ngừng kinh doanh", "Tạm nghỉ",
    ],
    EnterpriseStatus.DISSOLVED: [
        "Đã giải thể", "Giải thể", "Phá sản", "Chấm dứt hoạt động", "Đã chấm dứt hoạt động", "Đã đóng mã số thuế",
        "Đóng cửa", "Đã đóng cửa",
    ],
    EnterpriseStatus.MOVED: ["Đã chuyển đi", "Chuyển đi", "Chuyển địa điểm", "Đã chuyển địa điểm"],
    EnterpriseStatus.NOT_STARTED: [
        "Chưa hoạt động", "Chưa đi vào hoạt động", "Đang xây dựng", "Đang đầu tư xây dựng", "Chưa triển khai",
    ],
}  # fmt: skip

PARTY, UNION, YOUTH = Sector.PARTY, Sector.UNION, Sector.YOUTH
MASS = (UNION, YOUTH)

# An entry is for every sector, or (words, sectors) for some.
EVENTS = {
    Kind.ESTABLISHED: [
        "Thành lập", "Thành lập mới", "Công nhận thành lập", "Quyết định thành lập",
        (["Công nhận", "Công nhận mới"], [UNION]),
    ],
    Kind.UPGRADED: [
        "Nâng cấp", "Nâng cấp thành đảng bộ cơ sở", "Nâng cấp lên đảng bộ cơ sở", "Nâng cấp chi bộ thành đảng bộ cơ sở",
        "Nâng cấp chi bộ cơ sở thành đảng bộ cơ sở", "Nâng cấp chi bộ lên đảng bộ cơ sở", "Nâng cấp thành đảng bộ",
        "Nâng cấp lên đảng bộ", "Nâng cấp tổ chức đảng",
    ],
    Kind.DOWNGRADED: ["Hạ cấp", "Hạ cấp thành chi bộ", "Hạ cấp xuống chi bộ cơ sở", "Hạ cấp xuống chi bộ"],
    Kind.TRANSFERRED_IN: ["Tiếp nhận", "Tiếp nhận tổ chức", "Tiếp nhận tổ chức đảng", "Tiếp nhận về"],
    Kind.TRANSFERRED_OUT: ["Chuyển giao", "Chuyển giao tổ chức", "Bàn giao", "Chuyển giao tổ chức đảng"],
    Kind.MERGED_AWAY: ["Sáp nhập", "Nhập vào tổ chức khác", "Sáp nhập vào tổ chức khác"],
    Kind.SPLIT_FROM: ["Chia tách", "Tách", "Chia", "Tách ra"],
    Kind.DISSOLVED: [
        "Giải thể", "Kết thúc hoạt động", "Chấm dứt hoạt động", "Giải tán", "Giải thể, kết thúc hoạt động",
    ],
    Kind.FORMED_BY_MERGER: ["Hợp nhất"],
    Kind.SUSPENDED: ["Tạm ngừng", "Tạm ngừng hoạt động", "Tạm dừng", "Tạm dừng hoạt động"],
    Kind.RESUMED: ["Hoạt động lại", "Hoạt động trở lại", "Khôi phục hoạt động"],
    Kind.RENAMED: ["Đổi tên", "Thay đổi tên"],
    Kind.RETYPED: ["Chuyển đổi loại hình", "Chuyển đổi", "Đổi loại hình", "Chuyển loại hình"],
    Kind.ADMITTED: [
        "Kết nạp đảng viên", "Kết nạp Đảng", "Kết nạp đảng viên mới", "Kết nạp vào Đảng", "Phát triển đảng viên",
        "Phát triển đảng viên mới",
        (["Kết nạp", "Kết nạp mới", "Phát triển mới"], [PARTY]),
    ],
    Kind.RECOGNISED: [
        "Công nhận chính thức", "Công nhận đảng viên chính thức", "Chuyển chính thức", "Chuyển đảng chính thức",
        "Chuyển Đảng viên chính thức",
    ],
    Kind.JOINED: [
        "Phát triển đoàn viên", "Kết nạp đoàn viên", "Phát triển mới đoàn viên", "Phát triển đoàn viên mới",
        "Kết nạp đoàn viên mới", "Đoàn viên phát triển mới", "Gia nhập", "Đoàn viên mới",
        (["Phát triển mới", "Kết nạp", "Kết nạp mới", "Tăng", "Phát triển"], MASS),
    ],
    Kind.LEFT: ["Giảm đoàn viên", "Đoàn viên giảm", "Ra khỏi tổ chức", (["Giảm"], MASS)],
    Kind.MEMBER_TRANSFERRED_IN: [
        "Chuyển đến", "Đảng viên chuyển đến", "Đoàn viên chuyển đến", "Chuyển sinh hoạt đến",
        "Chuyển sinh hoạt đảng đến",
        "Tiếp nhận đảng viên", "Tiếp nhận đoàn viên",
    ],
    Kind.MEMBER_TRANSFERRED_OUT: [
        "Chuyển đi", "Đảng viên chuyển đi", "Đoàn viên chuyển đi", "Chuyển sinh hoạt đi", "Chuyển sinh hoạt đảng đi",
    ],
    Kind.REMOVED: [
        "Đưa ra khỏi Đảng", "Đưa ra", "Xóa tên", "Khai trừ", "Xin ra", "Xin ra khỏi Đảng", "Thôi tham gia",
        "Xóa tên đảng viên", "Khai trừ đảng viên", "Xin thôi", "Đưa ra khỏi danh sách", "Xóa tên, khai trừ, xin ra",
    ],
}  # fmt: skip

INDICATORS = {
    "party_orgs": [
        "Tổ chức đảng", "Thành lập tổ chức đảng", "Thành lập mới tổ chức đảng", "Số tổ chức đảng thành lập mới",
        "Tổ chức đảng thành lập", "Phát triển tổ chức đảng", "TCĐ", "Tổ chức cơ sở đảng", "Tổ chức cơ sở đảng mới",
    ],
    "party_members": [
        "Đảng viên", "Kết nạp đảng viên mới", "Đảng viên mới", "Phát triển đảng viên", "Số đảng viên kết nạp",
        "Số đảng viên mới kết nạp", "Đảng viên kết nạp", "Kết nạp Đảng", "Phát triển đảng viên mới",
    ],
    "union_orgs": [
        "Công đoàn", "Công đoàn cơ sở", "CĐCS", "Thành lập công đoàn cơ sở", "Thành lập công đoàn", "Tổ chức công đoàn",
        "Thành lập mới công đoàn cơ sở", "CĐCS thành lập mới", "Số công đoàn cơ sở thành lập mới",
        "Công đoàn cơ sở mới",
    ],
    "union_members": [
        "Đoàn viên công đoàn mới", "Phát triển đoàn viên công đoàn", "Đoàn viên công đoàn phát triển", "Đoàn viên CĐ",
        "Kết nạp đoàn viên công đoàn", "Phát triển mới đoàn viên công đoàn", "Số đoàn viên công đoàn phát triển mới",
    ],
    "youth_orgs": [
        "Tổ chức Đoàn", "Tổ chức Đoàn thanh niên", "Đoàn thanh niên", "Thành lập tổ chức Đoàn", "Tổ chức đoàn TN",
        "Thành lập mới tổ chức Đoàn thanh niên", "Tổ chức thanh niên", "Chi đoàn", "Thành lập tổ chức thanh niên",
    ],
    "youth_members": [
        "Đoàn viên thanh niên mới", "Phát triển đoàn viên thanh niên", "Đoàn viên TN", "Kết nạp đoàn viên thanh niên",
        "Phát triển mới đoàn viên thanh niên", "Đoàn viên Đoàn thanh niên",
    ],
    "party_committees": [
        "Đảng bộ cơ sở", "Nâng cấp đảng bộ cơ sở", "Nâng cấp chi bộ thành đảng bộ cơ sở", "Đảng bộ cơ sở thành lập mới",
        "Nâng cấp đảng bộ", "Nâng cấp thành đảng bộ cơ sở",
    ],
}  # fmt: skip


# Titles of columns as English workbooks have them, by kind and field; the Vietnamese ones stand with the columns.
# "Name" alone is none: every list of anything has it.
ENGLISH_TITLES = {
    "enterprises": {
        "tax_code": ["Tax code", "Tax ID", "Tax number", "Tax identification number", "TIN", "Enterprise code"],
        "name": ["Enterprise", "Enterprise name", "Name of enterprise", "Company", "Company name", "Firm"],
        "park": ["Park", "Industrial park", "Park name", "Industrial zone", "IP", "IZ"],
        "legal_form": ["Legal form", "Legal type", "Type of enterprise", "Enterprise type", "Company type"],
        "ownership": ["Ownership", "Capital", "Type of capital", "Ownership type", "Type of ownership"],
        "countries": ["Country", "Countries", "Investor country", "Country of investor", "Nationality"],
        "workers": ["Workers", "Employees", "Number of workers", "Number of employees", "Labour", "Labor", "Headcount"],
        "started_on": [
            "Operating since", "Start date", "Started on", "Date of operation", "Operation date", "Operating from",
        ],
        "status": ["Status", "State", "Operating status"],
    },
    "organizations": {
        "code": ["Code", "Organisation code", "Organization code"],
        "name": [
            "Organisation", "Organization", "Organisation name", "Organization name", "Name of organisation",
            "Name of organization",
        ],
        "type": ["Type", "Organisation type", "Organization type", "Type of organisation", "Type of organization"],
        "parent": ["Superior", "Parent", "Superior organisation", "Superior organization", "Belongs to", "Under"],
        "enterprises": ["Tax code", "Tax codes", "Enterprise tax code", "Tax code of enterprise", "Enterprises"],
        "number": ["Decision", "Decision number", "Decision no.", "Number of decision"],
        "decided_on": ["Decision date", "Date of decision", "Date", "Founded on", "Founding date", "Established on"],
        "issuer": ["Issuer", "Issued by", "Issuing body", "Issuing authority"],
        "members": ["Members", "Number of members", "Members at founding"],
    },
    "events": {
        "organization": ["Organisation", "Organization", "Organisation name", "Organization name"],
        "kind": ["Event", "Kind", "Event type", "Kind of event", "Type of event"],
        "decided_on": ["Decision date", "Date of decision", "Date", "Effective date", "Effective on"],
        "number": ["Decision", "Decision number", "Decision no.", "Number of decision"],
        "issuer": ["Issuer", "Issued by", "Issuing body", "Issuing authority"],
        "quantity": ["Quantity", "Number of people", "Number of members", "Number", "Count"],
        "female": ["Female", "Women", "Of whom women", "Of which female"],
        "workers": ["Workers", "Of whom workers", "Direct workers", "Of which workers"],
        "note": ["Note", "Notes", "Remark", "Remarks"],
        "to_type": ["New type", "To type"],
        "new_name": ["New name"],
    },
    "headcounts": {
        "tax_code": ["Tax code", "Tax ID", "Tax number", "Tax identification number", "TIN", "Enterprise code"],
        "organization": ["Organisation", "Organization", "Organisation name", "Organization name"],
        "on": ["Date", "Day", "On", "As of", "Counted on", "Date of count"],
        "total": ["Total", "Workers", "Members", "Employees", "Number of workers", "Number of members", "Headcount"],
        "female": ["Female", "Women", "Of whom women", "Of which female"],
        "official": ["Official", "Official members", "Full members"],
    },
    "targets": {
        "zone": ["Zone", "Zone code", "Zone name", "Unit"],
        "indicator": ["Indicator", "Indicator code", "Indicator name"],
        "year": ["Year"],
        "range": ["Target", "Range", "Target range", "Assigned target", "Assigned"],
        "number": ["Document", "Document number", "Decision", "Decision number", "Assigned by document"],
        "decided_on": ["Document date", "Date of document", "Decision date", "Date"],
        "issuer": ["Issuer", "Issued by", "Issuing body", "Issuing authority"],
        "published": ["Published result (%)", "Published percent", "Published %", "Published result"],
    },
}  # fmt: skip


@cache
def choices(table_name: str) -> tuple[dict[str, str], list[str]]:
    """Search key → code of OWNERSHIPS, LEGAL_FORMS or STATUSES, and the words to offer."""
    table = globals()[table_name]
    words = {}
    for value, names in table.items():
        with translation.override("en"):
            label = str(value.label)
        for word in (value.value, value.value.replace("_", " "), label, *names):
            if words.setdefault(search_key(word), value.value) != value.value:
                raise ValueError(f"“{word}” has two meanings in {table_name}")
    return words, [names[0] for names in table.values()]


@cache
def event_words() -> dict[tuple[str, str], str]:
    """(sector, search key) → kind of event."""
    words = {}
    for kind, entries in EVENTS.items():
        for entry in (kind.value, kind.value.replace("_", " "), *entries):
            names, sectors = entry if isinstance(entry, tuple) else ([entry], Sector)
            for name in names:
                for sector in RULES[kind].sectors.intersection(sectors):
                    if words.setdefault((str(sector), search_key(name)), kind.value) != kind.value:
                        raise ValueError(f"“{name}” has two meanings for {sector}")
    return words


def kind_of(word: str, sector: str) -> str | None:
    """What ``word`` ("Kết nạp") says of an organisation of ``sector``; None when it says nothing clear."""
    return event_words().get((str(sector), search_key(word)))


def offered_events() -> list[str]:
    return [entries[0] for entries in EVENTS.values()]
