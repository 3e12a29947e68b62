import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0005_api'),
    ]

    operations = [
        migrations.AddField(
            model_name='placeevent',
            name='undone',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.commit', verbose_name='撤回'),
        ),
        migrations.AlterField(
            model_name='placeevent',
            name='kind',
            field=models.CharField(choices=[('opened', '设立'), ('merged', '并入'), ('split', '拆分'), ('renamed', '更名'), ('moved', '划归'), ('closed', '撤销')], max_length=10, verbose_name='事件'),
        ),
        migrations.AlterField(
            model_name='revision',
            name='kind',
            field=models.CharField(choices=[('entry', '记录'), ('attestation', '报齐'), ('definition', '定义'), ('place', '地方'), ('target', '目标'), ('task', '任务'), ('reported', '上报数'), ('report', '报告'), ('person', '人'), ('office', '站所'), ('post', '岗位'), ('holding', '任岗'), ('handover', '交接'), ('absence', '不在岗'), ('grant', '授权'), ('request', '更正申请'), ('apart', '不是同一个')], max_length=12),
        ),
        migrations.CreateModel(
            name='PlaceAlias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='叫法')),
                ('kind', models.CharField(choices=[('former', '曾用名'), ('spoken', '俗称')], default='spoken', max_length=10, verbose_name='哪一种')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='aliases', to='core.place')),
            ],
            options={
                'ordering': ['kind', 'name'],
                'constraints': [models.UniqueConstraint(fields=('place', 'name'), name='one_alias_of_a_name_a_place')],
            },
        ),
    ]
