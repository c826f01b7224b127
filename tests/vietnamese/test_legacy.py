"""Text of the days before Unicode is recognised and read; what is right already is left alone."""

import csv
import time
import unicodedata

import pytest
from hypothesis import strategies as st

from vietnamese.legacy import Because, Encoding, convert, detect, encoding_of_font, suspects
from vietnamese.syllables import all_syllables, is_syllable

# The alphabet and its codes, as the standard (TCVN 5712:1993, VN3) and the makers of VNI print them.
LETTERS = "àảãáạ ằẳẵắặ ầẩẫấậ èẻẽéẹ ềểễếệ ìỉĩíị òỏõóọ ồổỗốộ ờởỡớợ ùủũúụ ừửữứự ỳỷỹýỵ ăâêôơưđ".split()
TCVN3 = (
    "B5B6B7B8B9 BBBCBDBEC6 C7C8C9CACB CCCECFD0D1 D2D3D4D5D6 D7D8DCDDDE DFE1E2E3E4 E5E6E7E8E9 EAEBECEDEE EFF1F2F3F4 "
    "F5F6F7F8F9 FAFBFCFDFE A8A9AAABACADAE"
)
TCVN3 = bytes.fromhex(TCVN3).decode("latin-1")
VNI = (
    "aø aû aõ aù aï aè aú aü aé aë aà aå aã aá aä eø eû eõ eù eï eà eå eã eá eä ì æ ó í ò "
    "oø oû oõ où oï oà oå oã oá oä ôø ôû ôõ ôù ôï uø uû uõ uù uï öø öû öõ öù öï yø yû yõ yù î aê aâ eâ oâ ô ö ñ"
).split()
LOWER = "".join(LETTERS)
TO_TCVN3 = dict(zip(LOWER, TCVN3, strict=True)) | dict(zip("ĂÂÊÔƠƯĐ", "¡¢£¤¥¦§", strict=True))
TO_VNI = dict(zip(LOWER, VNI, strict=True))
TO_VNI |= {letter.upper(): code.upper() for letter, code in TO_VNI.items()}
CODES = {Encoding.TCVN3: TO_TCVN3, Encoding.VNI: TO_VNI}
FONTS = {Encoding.TCVN3: ".VnTime", Encoding.VNI: "VNI-Times"}


def write(text, encoding):
    """As it was typed then; a capital that TCVN3 lacks was typed in lower case."""
    codes = CODES[encoding]
    return "".join(codes.get(char) or codes.get(char.lower(), char) for char in text)


SYLLABLES = sorted(all_syllables())
texts = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=8).map(" ".join)


def test_every_letter_of_the_alphabet_is_read_in_both_cases():
    for letter, code in zip(LOWER, TCVN3, strict=True):
        assert convert(code, Encoding.TCVN3) == letter
        assert convert(code, Encoding.TCVN3, capitals=True) == letter.upper()
    for letter in "ĂÂÊÔƠƯĐ":
        assert convert(TO_TCVN3[letter], Encoding.TCVN3) == letter
    for letter, code in zip(LOWER, VNI, strict=True):
        assert convert(code, Encoding.VNI) == letter
        assert convert(code.upper(), Encoding.VNI) == letter.upper()
    assert len(LOWER) * 2 == 134


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        ("C«ng ty TNHH §×nh Vò", Encoding.TCVN3, "Công ty TNHH Đình Vũ"),
        ("n\u00adíc ngoµi", Encoding.TCVN3, "nước ngoài"),
        ("THAØNH PHOÁ HOÀ CHÍ MINH", Encoding.VNI, "THÀNH PHỐ HỒ CHÍ MINH"),
        ("Uûy ban, Oâng, AÂn", Encoding.VNI, "Ủy ban, Ông, Ân"),  # the mark in the other case
        ("VEÂØ", Encoding.VNI, "VỀ"),  # two marks for one
        ("2.000 m² – “A”", Encoding.TCVN3, "2.000 m² – “A”"),
    ],
)
def test_text_is_converted(text, encoding, said):
    assert convert(text, encoding) == said


@pytest.mark.parametrize(
    ("font", "draws"),
    [
        (".VnTime", (Encoding.TCVN3, False)),
        (".VnArial NarrowH", (Encoding.TCVN3, True)),
        (".VNTIMEH Bold", (Encoding.TCVN3, True)),
        ("vni-times", (Encoding.VNI, False)),
        ("UVnTime", None),
        ("Times New Roman", None),
        ("", None),
    ],
)
def test_a_font_tells_what_it_draws(font, draws):
    assert encoding_of_font(font) == draws


def test_every_vietnamese_text_in_its_font_is_read_back(for_all):
    @for_all(texts, st.sampled_from(Encoding))
    def holds(text, encoding):
        typed = write(text, encoding)
        finding = detect(typed, FONTS[encoding])
        assert (finding.after if finding else typed) == text


def test_five_words_tell_their_encoding_without_a_font(for_all):
    words = "Đảng bộ khu công nghiệp Đình Vũ tổ chức đoàn viên".split()

    @for_all(
        st.lists(st.sampled_from(words), min_size=5, max_size=9, unique=True).map(" ".join), st.sampled_from(Encoding)
    )
    def holds(text, encoding):
        finding = detect(write(text, encoding))
        assert finding.after == text
        assert (finding.encoding, finding.because) == (encoding, Because.LETTERS)


def test_genuine_vietnamese_is_never_suspected(for_all):
    @for_all(texts, st.sampled_from(["NFC", "NFD"]), st.sampled_from([str.lower, str.upper, str.title]))
    def holds(text, form, case):
        text = unicodedata.normalize(form, case(text))
        assert detect(text) is None
        assert suspects([[text], ["Đảng ủy"]]) == []


@pytest.mark.parametrize(
    "text",
    [
        "Société Générale, Crédit Agricole à Nîmes",
        "Müller & Söhne GmbH, Straße, Köln, für Döner",
        "São João, Coração, Citroën, Loïc, Thaï, Haïti, où dû",
        "Åse Bjørnstad, Malmö, Győr, Łódź",
        "©2020 ABC® Ltd™, §12, «Công ty», 5 µm, 25 °C, ±3 m², m×n, ½, £5, ¥7",
        "38.555",
        "21-NQ/TW",
        "con\u00adstruc\u00adtion",
        "東京 Ω ñ",
        "",
        "é" * 100_000,
    ],
)
def test_what_is_not_vietnamese_is_left_alone(text):
    assert detect(text) is None


def test_random_text_converts_to_text_and_never_fails(for_all):
    @for_all(st.text(), st.sampled_from(["", ".VnTime", "VNI-Times", None]))
    def holds(text, font):
        finding = detect(text, font)
        if finding:
            assert finding.after != text
            assert finding.before == text
        for encoding in Encoding:
            assert isinstance(convert(text, encoding), str)


def test_unicode_in_an_old_font_stays():
    assert detect("Nguyễn Văn Hà", ".VnTime") is None
    assert detect("Công ty Đình Vũ", "VNI-Times") is None
    assert detect("M¸y mãc thiết bÞ, phụ tïng", ".VnArial").after == "Máy móc thiết bị, phụ tùng"


def test_words_overrule_a_font_that_was_changed_since():
    finding = detect("Ngaân saùch huyeän höôûng", ".VnTime")

    assert finding.after == "Ngân sách huyện hưởng"
    assert (finding.encoding, finding.because) == (Encoding.VNI, Because.LETTERS)


def test_each_run_of_a_cell_is_read_by_its_own_font():
    text = "Chi bé Tràng Duệ – Haûi Phoøng"
    runs = [(0, ".VnTime"), (7, "Arial"), (19, "VNI-Times")]

    assert detect(text, runs).after == "Chi bộ Tràng Duệ – Hải Phòng"
    assert detect("Nguån: Côc", [(0, ".VnArial"), (7, ".VnArial Narrow")]).after == "Nguồn: Cục"


def test_a_font_of_capitals_is_told_apart():
    finding = detect("®Çu t\u00ad n\u00adíc ngoµi", ".VnTimeH")

    assert finding.after == "đầu tư nước ngoài"
    assert finding.shown == "ĐẦU TƯ NƯỚC NGOÀI"
    assert detect("§¶ng ñy", ".VnTime").shown == "Đảng ủy"


def test_a_sheet_is_summed_up_by_column_and_encoding():
    rows = [
        ["STT", "Tªn c«ng ty", "Ñòa chæ", "Ghi chú"],
        [1, "C«ng ty Cæ phÇn H¶i Phßng", "Haûi Phoøng", "Hải Phòng"],
        [2, "C«ng ty TNHH §×nh Vò", "Quaän Hoàng Baøng", "Đình Vũ"],
        [3, "Công ty Tràng Duệ", "Huyeän Caùt Haûi", None],
        [4, "Sè Mét", "Ñoà Sôn", "Café"],
    ]
    columns = suspects(rows)

    assert [(column.column, column.encoding, len(column.cells)) for column in columns] == [
        (1, Encoding.TCVN3, 4),
        (2, Encoding.VNI, 5),
    ]
    assert columns[0].cells[4, 1].after == "Số Một"
    assert columns[1].cells[4, 2].after == "Đồ Sơn"
    assert columns[0].samples[1] == ("C«ng ty Cæ phÇn H¶i Phßng", "Công ty Cổ phần Hải Phòng")
    assert len(columns[1].samples) == 3
    assert columns[0].because[Because.LETTERS] > 0
    assert suspects([["Café"], ["Hải Phòng"], [5]]) == []


def test_short_names_are_recognised_together_though_none_is_alone():
    names = ["An Cơ", "Hải Hà", "Ngọc Bích", "Văn Tú", "Thế Anh", "Hồng Vân", "Quốc Việt", "Mỹ Lệ"]
    typed = [[write(name, Encoding.VNI)] for name in names]
    (column,) = suspects(typed)

    assert [column.cells[row, 0].after for row in range(len(names)) if (row, 0) in column.cells] == names


def test_syllables_are_those_of_the_language():
    for word in "nghiệp quỳnh giếng gì khuya xoong ươm yêu hoà hòa uỷ ủy quốc thuở ngoằn".split():
        assert is_syllable(word), word
    for word in "où caùc thèt công-ty café cang\u0301 ngiệp kông á́ strasse".split() + ["", "é" * 9]:
        assert not is_syllable(word), word


def test_real_names_places_and_hostile_lines_are_left_alone(shared_data, hostile_lines):
    folder = shared_data / "reference"
    cells = list(hostile_lines)
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells += [cell for row in csv.reader(file) for cell in row]
    for path in [*folder.glob("duyet_*.txt"), *(shared_data / "legacy_xls").glob("*.txt")]:
        cells += path.read_text(encoding="utf-8").replace("\t", "\n").split("\n")
    assert len(cells) > 15_000

    assert [cell for cell in cells if detect(cell)] == []
    assert suspects([[cell] for cell in cells]) == []


@pytest.mark.parametrize("encoding", Encoding)
def test_every_ward_of_the_country_is_read_by_its_font(shared_data, encoding):
    with (shared_data / "reference" / "wards_after_2025-07-01.csv").open(encoding="utf-8-sig", newline="") as file:
        names = [unicodedata.normalize("NFC", row["ward_full_name"]) for row in csv.DictReader(file)]
    rows = [[write(name, encoding)] for name in names]
    fonts = {(row, 0): FONTS[encoding] for row in range(len(rows))}
    (column,) = suspects(rows, fonts)
    said = [column.cells[row, 0].after if (row, 0) in column.cells else rows[row][0] for row in range(len(rows))]

    assert [name for name in said if name not in names and name.lower() not in map(str.lower, names)] == []
    assert [one.lower() for one in said] == [name.lower() for name in names]


def test_a_large_sheet_is_looked_through_in_a_moment(shared_data):
    with (shared_data / "reference" / "wards_after_2025-07-01.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [list(row.values()) for row in csv.DictReader(file)] * 5
    start = time.process_time()

    assert suspects(rows) == []
    assert time.process_time() - start < 6  # 66 000 cells; a fifth of it on a quick core
