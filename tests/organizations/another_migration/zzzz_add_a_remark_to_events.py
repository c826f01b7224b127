import pkgutil

from django.db import migrations, models

from organizations import migrations as real


class Migration(migrations.Migration):
    dependencies = [("organizations", max(module.name for module in pkgutil.iter_modules(real.__path__)))]

    operations = [migrations.AddField("event", "remark", models.CharField(max_length=10, default="", db_default=""))]
