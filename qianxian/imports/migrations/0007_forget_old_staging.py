"""Rows that were staged in another form, which no page reads any more, are forgotten. What has not
landed yet is checked again before it does."""

from django.db import migrations


def forget(apps, _editor):
    rows = apps.get_model("imports", "StagedRow").objects
    rows.exclude(state="", sealed=None).update(state="", sealed=None)


class Migration(migrations.Migration):

    dependencies = [
        ('imports', '0006_staged_columns'),
    ]

    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop),
    ]
