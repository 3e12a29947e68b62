import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0003_jot'),
        ('ledgers', '0003_parent_and_risen'),
    ]

    operations = [
        migrations.AddField(
            model_name='entry',
            name='offered',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='core.post'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('offered__isnull', False)), fields=['offered'], name='entry_offered'),
        ),
    ]
