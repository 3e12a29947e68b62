from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0003_jot'),
    ]

    operations = [
        migrations.CreateModel(
            name='DefinitionHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='SiteDefinition',
            fields=[
                ('key', models.CharField(max_length=80, primary_key=True, serialize=False)),
                ('body', models.TextField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('changed_at', models.DateTimeField(verbose_name='什么时候')),
            ],
            options={
                'ordering': ['key'],
            },
        ),
        migrations.AlterField(
            model_name='grant',
            name='role',
            field=models.CharField(choices=[('village_clerk', '村报账员'), ('office_clerk', '站所专干'), ('inspector', '验收员'), ('leader', '领导'), ('privacy_reader', '隐私查看'), ('administrator', '管理员'), ('ledger_definer', '建台账')], max_length=30, verbose_name='角色'),
        ),
    ]
