"""Vietnamese is the default language: its catalogues are complete, room by room, and compiled."""

import gettext
from collections import defaultdict

import polib
import pytest

from tools import messages

ROOMS = [*messages.ROOMS, "packages"]


@pytest.mark.parametrize("room", ROOMS)
def test_every_text_a_room_shows_has_its_vietnamese(room):
    catalogue, differences = messages.updated(room)

    assert differences == [], "run `make messages`, then write the missing Vietnamese"
    assert messages.faults_of(catalogue) == []


@pytest.mark.parametrize("room", [room for room in ROOMS if messages.path_of(room).exists()])
def test_the_compiled_catalogue_is_what_the_office_reads_in_the_source(room):
    source = polib.pofile(str(messages.path_of(room)))

    with messages.path_of(room).with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)

    for entry in source.translated_entries():
        shown = (
            compiled.npgettext(entry.msgctxt, entry.msgid, entry.msgid_plural, 2)
            if entry.msgctxt and entry.msgid_plural
            else compiled.pgettext(entry.msgctxt, entry.msgid)
            if entry.msgctxt
            else compiled.ngettext(entry.msgid, entry.msgid_plural, 2)
            if entry.msgid_plural
            else compiled.gettext(entry.msgid)
        )
        assert [shown] == messages.texts_of(entry)


def test_the_same_english_is_the_same_vietnamese_in_every_room():
    """Django merges the catalogues into one: of two translations of one text only the first room's would be seen."""
    said = defaultdict(dict)
    for room in ROOMS:
        for entry in messages.catalogue_of(room):
            if not entry.obsolete and any(messages.texts_of(entry)):
                said[(entry.msgctxt, entry.msgid)].setdefault(messages.texts_of(entry)[0], []).append(room)

    assert {message: texts for message, texts in said.items() if len(texts) > 1} == {}


def test_messages_are_found_in_code_and_in_templates(tmp_path):
    code, page = tmp_path / "code.py", tmp_path / "page.html"
    code.write_text('_("Save")\nngettext("%d row", "%d rows", n)\npgettext("month", "May")\n_(variable)\nN_("a" "b")')
    page.write_text(
        "{% translate 'Cancel' %}{{ x|default:_('None yet') }}"
        "{% blocktranslate trimmed count n=rows %}\n one {{ n }} row\n"
        "{% plural %} {{ n }} rows\n{% endblocktranslate %}"
        '{% translate "May" context "verb" %}'
    )

    assert set(messages.in_python(code)) == {
        ("Save", "", None),
        ("%d row", "%d rows", None),
        ("May", "", "month"),
        ("ab", "", None),
    }
    assert set(messages.in_template(page)) == {
        ("Cancel", "", None),
        ("None yet", "", None),
        ("one %(n)s row", "%(n)s rows", None),
        ("May", "", "verb"),
    }


def test_a_message_put_together_at_run_time_is_refused(tmp_path):
    code = tmp_path / "code.py"
    code.write_text('_(f"{n} rows")')

    with pytest.raises(SystemExit, match="takes a plain text"):
        list(messages.in_python(code))


def test_a_translation_that_loses_a_number_is_a_fault():
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="%(n)s rows", msgstr="các dòng"))
    catalogue.append(polib.POEntry(msgid="Row", msgstr="Dòng", flags=["fuzzy"]))
    catalogue.append(polib.POEntry(msgid="Save", msgstr=" "))

    assert [fault.split(":")[0] for fault in messages.faults_of(catalogue)] == [
        "other placeholders",
        "fuzzy",
        "no Vietnamese",
    ]


def test_a_message_that_left_the_sources_keeps_its_vietnamese(tmp_path, monkeypatch):
    monkeypatch.setattr(messages, "path_of", lambda room: tmp_path / room / "django.po")
    sources = {messages.Message("Save"): ["a.py"], messages.Message("%d row", "%d rows"): ["a.py"]}
    monkeypatch.setattr(messages, "sources_of", lambda room: sources)
    messages.bring_up_to_date("targets", check=False)
    catalogue = polib.pofile(str(tmp_path / "targets" / "django.po"))
    for entry in catalogue:
        if entry.msgid_plural:
            entry.msgstr_plural = {0: "%d dòng"}
        else:
            entry.msgstr = "Lưu"
    catalogue.save()
    assert messages.bring_up_to_date("targets", check=False) == []

    gone = {message: sources.pop(message) for message in list(sources)}
    messages.bring_up_to_date("targets", check=False)
    assert polib.pofile(str(tmp_path / "targets" / "django.po")).obsolete_entries()[0].msgid == "%d row"

    sources.update(gone)
    assert messages.bring_up_to_date("targets", check=False) == []
    assert messages.bring_up_to_date("targets", check=True) == []
