from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0004_site_definitions'),
    ]

    operations = [
        migrations.AlterField(
            model_name='commit',
            name='source',
            field=models.CharField(choices=[('page', '页面'), ('jot', '记一笔'), ('import', '导入'), ('command', '命令'), ('generator', '演示生成'), ('undo', '撤回'), ('api', '接口')], default='page', max_length=10, verbose_name='来源'),
        ),
    ]
