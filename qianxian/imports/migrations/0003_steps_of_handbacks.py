from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('imports', '0002_village_workbooks'),
    ]

    operations = [
        migrations.AddField(
            model_name='handback',
            name='pending',
            field=models.BinaryField(null=True),
        ),
    ]
