import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from vietnamese.text import search_key


def make_findable(apps, schema_editor):
    Decision = apps.get_model("organizations", "Decision")
    rows = []
    for row in Decision.objects.using(schema_editor.connection.alias).only("number", "signer", "summary").iterator():
        row.search_key = search_key(f"{row.number} {row.signer} {row.summary}")[:800]
        rows.append(row)
    Decision.objects.using(schema_editor.connection.alias).bulk_update(rows, ["search_key"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("organizations", "0001_create_facts"),
    ]

    operations = [
        migrations.AddField(
            model_name="decision",
            name="search_key",
            field=models.CharField(default="", editable=False, max_length=800),
        ),
        migrations.RunPython(make_findable, migrations.RunPython.noop),
        migrations.CreateModel(
            name="IdempotentAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(max_length=200, verbose_name="path")),
                ("key", models.CharField(max_length=200, verbose_name="key")),
                ("request_hash", models.CharField(max_length=64)),
                ("claimed_at", models.DateTimeField(verbose_name="claimed at")),
                ("status", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="status")),
                ("body", models.TextField(blank=True, verbose_name="answer")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "kept answer",
                "verbose_name_plural": "kept answers",
                "indexes": [models.Index(fields=["user", "claimed_at"], name="idempotent_answer_by_age")],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "path", "key"), name="idempotent_answer_once")
                ],
            },
        ),
    ]
