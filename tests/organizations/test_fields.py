"""Page and API read a value by one parser and refuse it in the reader's language."""

import datetime

import pytest
from django import forms
from django.utils import translation
from rest_framework import serializers

from organizations import api_fields, fields
from vietnamese.errors import Unreadable
from vietnamese.numbers import parse_count

D = datetime.date


class FactForm(forms.Form):
    quantity = fields.CountFormField(min_value=1)
    day = fields.DateFormField(event=True)
    target = fields.RangeFormField(required=False)
    tax_code = fields.TaxCodeFormField(required=False)
    name = fields.NameFormField(required=False)


class FactSerializer(serializers.Serializer):
    quantity = api_fields.CountField(min_value=1)
    day = api_fields.DateField(event=True)
    target = api_fields.RangeField(required=False)
    tax_code = api_fields.TaxCodeField(required=False)
    name = api_fields.NameField(required=False)


GOOD = {
    "quantity": "38.555",
    "day": "03/02/2026",
    "target": "từ 5 đến 7",
    "tax_code": "01.00.112.437",
    "name": " Uỷ ban\u00a0\u00d0ình Vũ ",
}
MEANT = {
    "quantity": 38555,
    "day": D(2026, 2, 3),
    "target": (5, 7),
    "tax_code": "0100112437",
    "name": "Uỷ ban Đình Vũ",
}


def form_errors(values):
    return {name: list(errors) for name, errors in FactForm(values).errors.items()}


def api_errors(values):
    serializer = FactSerializer(data=values)
    serializer.is_valid()
    return {name: [str(error) for error in errors] for name, errors in serializer.errors.items()}


def test_page_and_api_read_the_same_writing_to_the_same_values():
    form, serializer = FactForm(GOOD), FactSerializer(data=GOOD)

    assert form.is_valid(), form.errors
    assert form.cleaned_data == MEANT
    assert serializer.is_valid(), serializer.errors
    assert serializer.validated_data == MEANT


@pytest.mark.parametrize(
    ("field", "value", "vietnamese", "english"),
    [
        ("quantity", "1,5", "“1,5” không phải là số nguyên.", "“1,5” is not a whole number."),
        ("day", "31/02/2024", "“31/02/2024” không phải ngày có thật.", "“31/02/2024” is not a real date."),
        ("day", "02/02/1930", "02/02/1930 trước ngày thành lập Đảng 03/02/1930.", None),
        ("target", "7-5", "“7-5”: mức thấp lớn hơn mức cao. Nếu ý là 5-7, hãy viết như vậy.", None),
        ("target", "5,5", "“5,5” không phải là số nguyên.", None),
        ("tax_code", "ABC", "“ABC” có ký tự không phải chữ số: mã số thuế chỉ gồm chữ số.", None),
        ("name", "***", "“***” không có chữ cái hay chữ số nào.", None),
    ],
)
def test_page_and_api_refuse_in_the_same_words(field, value, vietnamese, english):
    values = GOOD | {field: value}

    assert form_errors(values) == api_errors(values) == {field: [vietnamese]}
    if english:
        with translation.override("en"):
            assert form_errors(values) == api_errors(values) == {field: [english]}


def test_the_day_of_an_event_is_not_after_today(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 22, 18, tzinfo=datetime.UTC))  # already the 23rd in Viet Nam

    assert form_errors(GOOD | {"day": "23/11/2026"}) == {}
    assert form_errors(GOOD | {"day": "24/11/2026"}) == {
        "day": ["24/11/2026 là ngày trong tương lai: hôm nay là 23/11/2026."]
    }
    assert list(api_errors(GOOD | {"day": "2026-11-24"})) == ["day"]


def test_json_dates_are_iso_or_day_first_and_answered_in_iso():
    for written in ("2026-02-03", "03/02/2026"):
        serializer = FactSerializer(data=GOOD | {"day": written})
        assert serializer.is_valid(), serializer.errors
        assert serializer.data["day"] == "2026-02-03"
    for wrong in (46056, True, ["03/02/2026"], "02/31/2026"):
        assert list(api_errors(GOOD | {"day": wrong})) == ["day"]


def test_json_numbers_are_counts_only_when_whole():
    assert api_errors(GOOD | {"quantity": 12}) == {}
    assert api_errors(GOOD | {"quantity": 38.555}) == {
        "quantity": ["Ô này chứa số thập phân 38,555. Nếu ý là 38.555, hãy gõ lại không có dấu chấm."]
    }
    assert list(api_errors(GOOD | {"quantity": True})) == ["quantity"]
    assert list(api_errors(GOOD | {"quantity": 0})) == ["quantity"]
    assert list(api_errors(GOOD | {"name": ["An"]})) == ["name"]


def test_the_api_answers_ranges_it_reads():
    shown = FactSerializer({"quantity": 5, "day": D(2026, 2, 3), "target": (5, 7)}).data["target"]

    assert shown == "5–7"
    assert api_errors(GOOD | {"target": shown}) == {}


def test_an_empty_box_is_nothing_unless_it_is_required():
    form = FactForm({"quantity": " ", "day": "", "target": "", "tax_code": "\u00a0", "name": ""})

    assert set(form.errors) == {"quantity", "day"}
    assert form.cleaned_data == {"target": None, "tax_code": "", "name": ""}


def test_bounds_hold_on_what_was_read():
    assert set(form_errors(GOOD | {"quantity": "0"})) == {"quantity"}


def test_a_suspicious_tax_code_is_saved_with_a_warning_of_its_own():
    wrong, right = FactForm(GOOD | {"tax_code": "0100112438"}), FactForm(GOOD)

    assert wrong.is_valid()
    assert wrong.cleaned_data["tax_code"] == "0100112438"
    assert wrong.fields["tax_code"].warnings == [
        "“0100112438” sai chữ số kiểm tra (đúng ra là 7): hãy đối chiếu với giấy chứng nhận đăng ký thuế."
    ]
    assert right.is_valid()
    assert right.fields["tax_code"].warnings == []
    serializer = FactSerializer(data=GOOD | {"tax_code": 100112437})
    assert serializer.is_valid()
    assert serializer.fields["tax_code"].warnings == ["“100112437” bị mất số 0 ở đầu: đã đọc là 0100112437."]


def test_boxes_show_values_as_the_office_writes_them_and_keep_what_was_typed():
    shown = FactForm(initial=MEANT)
    assert {name: shown[name].value() for name in MEANT} == {
        "quantity": "38.555",
        "day": "03/02/2026",
        "target": "5–7",
        "tax_code": "0100112437",
        "name": "Uỷ ban Đình Vũ",
    }
    assert 'value="31/02/2024"' in str(FactForm(GOOD | {"day": "31/02/2024"})["day"])


def test_another_writing_of_the_same_value_is_no_change():
    assert FactForm(GOOD, initial=MEANT).changed_data == []
    assert FactForm(GOOD | {"quantity": "38.556"}, initial=MEANT).changed_data == ["quantity"]
    assert FactForm(GOOD | {"tax_code": "", "quantity": "x"}, initial=MEANT | {"tax_code": None}).changed_data == [
        "quantity"
    ]
    assert "quantity" in FactForm(GOOD | {"quantity": ""}, initial=MEANT | {"quantity": 0}).changed_data


def test_what_is_offered_is_written_as_the_office_writes_it():
    with pytest.raises(Unreadable) as refused:
        parse_count(38.555)
    assert fields.offer(refused.value) == "38.555"
    assert fields.offer(Unreadable("x", "x", D(2026, 2, 3))) == "03/02/2026"
    assert fields.offer(Unreadable("x", "x", "5-7")) == "5-7"
    assert fields.offer(Unreadable("x", "x")) == ""
