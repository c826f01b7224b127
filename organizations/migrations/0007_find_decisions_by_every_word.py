from django.db import migrations, models

from organizations.models import Decision as Now


def make_findable(apps, schema_editor):
    Decision = apps.get_model("organizations", "Decision")
    rows = []
    for row in Decision.objects.using(schema_editor.connection.alias).select_related("issuer").iterator():
        row.search_key = Now.words_of(row.number, row.issuer.name, row.signer, row.summary)
        rows.append(row)
    Decision.objects.using(schema_editor.connection.alias).bulk_update(rows, ["search_key"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("organizations", "0006_keep_scans_of_decisions")]

    operations = [
        migrations.AlterField(
            model_name="decision",
            name="search_key",
            field=models.CharField(default="", editable=False, max_length=1100),
        ),
        migrations.RunPython(make_findable, migrations.RunPython.noop),
    ]
