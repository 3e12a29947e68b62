import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledgers', '0004_offered'),
    ]

    operations = [
        migrations.AddField(
            model_name='entry',
            name='episodes',
            field=models.JSONField(blank=True, default=list, verbose_name='在册的时段'),
        ),
        migrations.AddField(
            model_name='entry',
            name='gone_on',
            field=models.DateField(blank=True, null=True, verbose_name='不在册'),
        ),
        migrations.AddField(
            model_name='privatevalue',
            name='mark',
            field=models.CharField(blank=True, max_length=64, null=True),
        ),
        migrations.AddIndex(
            model_name='privatevalue',
            index=models.Index(condition=models.Q(('mark', ''), _negated=True), fields=['mark'], name='private_mark'),
        ),
        migrations.CreateModel(
            name='Apart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by_name', models.CharField(max_length=30, verbose_name='谁')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledgers.entry')),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledgers.entry')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('first', 'second'), name='two_are_told_apart_once')],
            },
        ),
        migrations.CreateModel(
            name='ChangeRequest',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(verbose_name='从哪一版改')),
                ('values', models.JSONField(default=dict)),
                ('sealed', models.BinaryField(default=b'')),
                ('private_fields', models.JSONField(default=list)),
                ('reason', models.CharField(max_length=200, verbose_name='为什么改')),
                ('origin', models.CharField(choices=[('clerk', '自己发现的'), ('counter', '本人到柜台'), ('county', '县里'), ('other', '别的单位')], default='clerk', max_length=10, verbose_name='谁要求的')),
                ('asked_by', models.CharField(blank=True, max_length=60, verbose_name='要求人')),
                ('asked_on', models.DateField(verbose_name='哪天提出')),
                ('state', models.CharField(choices=[('open', '等核准'), ('approved', '已核准'), ('refused', '没有核准'), ('withdrawn', '已收回')], default='open', max_length=10, verbose_name='状态')),
                ('by', models.CharField(max_length=150, verbose_name='谁提')),
                ('by_name', models.CharField(max_length=30, verbose_name='提的人')),
                ('by_post', models.CharField(blank=True, max_length=40, verbose_name='岗位')),
                ('at', models.DateTimeField(verbose_name='提的时间')),
                ('decided_by', models.CharField(blank=True, max_length=30, verbose_name='谁定')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='定的时间')),
                ('answer', models.CharField(blank=True, max_length=200, verbose_name='答复')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='change_requests', to='ledgers.entry')),
            ],
            options={
                'ordering': ['-at', 'id'],
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['entry'], name='change_request_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='change_request_is_decided_or_open')],
            },
        ),
    ]
