import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0004_site_definitions'),
        ('imports', '0003_steps_of_handbacks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='importrun',
            name='layout',
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name='LedgerProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='文件')),
                ('started_at', models.DateTimeField(verbose_name='什么时候')),
                ('state', models.CharField(choices=[('reading', '正在认'), ('ready', '等你看'), ('failed', '读不出来'), ('defined', '已建台账'), ('dropped', '不建了')], default='reading', max_length=10, verbose_name='状态')),
                ('told', models.CharField(blank=True, max_length=500, verbose_name='说明')),
                ('look_number', models.PositiveIntegerField(default=1)),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('seen', models.BinaryField(blank=True, null=True)),
                ('design', models.JSONField(default=dict)),
                ('layout', models.JSONField(default=dict)),
                ('ledger', models.SlugField(blank=True, max_length=40, verbose_name='台账')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('run', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='imports.importrun')),
                ('township', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.place')),
                ('upload', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='imports.upload')),
            ],
            options={
                'ordering': ['-started_at', '-id'],
            },
        ),
    ]
