"""Page furniture: text of the page that a report was published on, not of the report."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qianxian_reader._headings import number_of
from qianxian_reader._lexicon import alternatives, words
from qianxian_reader._paragraphs import Paragraph

_LABELS = alternatives(
    "索引号 信息索引号 发布机构 发布单位 发文机构 发文机关 发文单位 发文时间 生成日期 生成时间 公开日期 公开方式 公开范围"
    " 公开时限 公开形式 公开责任部门 发布日期 发布时间 发布人 信息发布人 信息来源 来源URL 来源 稿件来源 作者 浏览量"
    " 浏览次数 阅读 阅读量 阅读次数 点击 点击数 点击量 点击次数 访问量 评论 字体 字号 主题分类 信息分类 内容摘要 摘要"
    " 时间 日期 责任编辑 责编 编辑 校对 审核 打印 标签 附件下载 相关附件 上一篇 下一篇 上一条 下一条 相关文章 相关报道 相关链接"
    " 本栏最新 标签云 分享到 分享 报告人 标题 正文 主办 承办 技术支持 网站标识码 ICP备案号 备案号 公安机关备案号"
    " 联系方式 联系电话 网址 原文链接 扫一扫 体裁分类 组配分类 服务对象 有效性 文件编号 效力状态 语种 关键词 文章来源 免责声明"
)
_LABEL = re.compile(rf"[•·●◆【\[]?(?:{_LABELS})[：:]")
_ALONE = words(
    "打印 下载 收藏 全屏 关闭 关闭窗口 打印本页 [打印本页] [关闭窗口] 【打印】 【关闭】 大 中 小 加大 还原 减小 】 【 【字体： 【字号："
    " 评论： 评论 QQ空间 新浪微博 腾讯微博 人人网 开心网 百度空间 百度贴吧 天涯社区 和讯 微信 朋友圈 分享 返回 返回顶部 首页 保存"
    " 我要纠错 纠错 网站首页 法律声明 关于本站 关于我们 网站地图 联系我们 版权所有 Copyright © | 相关文章 相关报道 相关链接 本栏最新 标签云"
    " 扫一扫在手机打开当前页 分享到： 附件下载 登录 注册 无障碍 繁体 简体 搜索"
)
_INSIDE = re.compile(
    r"ICP备|公网安备|All Rights Reserved|版权所有[：:]|Copyright ?©|浏览(?:量|次数)[：:]|字[体号][：:]\s*(?:\[?大|【大)"
    r"|当前位置[：:]|您的位置[：:]|^来自\S{2,10}网$|本报记者.{0,12}摄|记者.{1,8}摄$|扫一扫|二维码|点击(?:下载|查看|进入)"
)
# Nothing but the page around a report says these, wherever they stand.
_ANYWHERE = re.compile(
    r"[【\[（(]?(?:责任编辑|责编|点击数|点击量|点击率|点击次数|阅读量|阅读数|阅读次数|浏览量|浏览数|浏览次数|访问量|访问次数|分享到|分享至"
    r"|上一篇|下一篇|上一条|下一条|上一页|下一页|相关文章|相关链接|相关报道|相关阅读|延伸阅读|推荐阅读|索引号|信息索引号|发布机构|发布人"
    r"|信息来源|文章来源|稿件来源|来源URL|原文链接|网站标识码|ICP备案号|备案号|公安机关备案号|版权所有|技术支持|主办单位|承办单位|字体|字号|字体大小|"
    r"打印本页|关闭窗口|视力保护色|背景色)[】\])）]?\s*[：:]"
    r"|(?:文章)?(?:来源|作者|供稿|编辑)[：:]\S{2,16}?\s*(?:发布时间|发布日期|时间|日期|点击|浏览|阅读|编辑|责任编辑|字体|字号|审核)[：:]"
    r"|(?:发布时间|发布日期|更新时间|录入时间)[：:]\s*(?:19|20)\d{2}\S"
    r"|(?:您|你)(?:是第|现在的位置|当前的?位置)|(?:当前|所在|您的)位置[：:]|首页\s*[>＞»/]|[\[【]\s*(?:打印|关闭|收藏|大|返回)[^】\]]{0,8}[】\]]"
    r"|(?:微信)?扫[一描]|保护视力|本页(?:打印|二维码)"
)
_LONGEST = 60  # characters of a line of furniture that stands amid the text
# 打印本页 关闭窗口: buttons side by side, with or without what parts them.
_BUTTONS = re.compile(
    rf"(?:{'|'.join(map(re.escape, sorted(_ALONE, key=len, reverse=True)))}|[\s|｜/·])+"
)
_BARE = re.compile(r"[\d\s:：.|/\\-]{1,20}|https?://\S+|www\.\S+")
# After one of these nothing of the report follows.
_END = re.compile(
    r"(?:分享到|上一篇|下一篇|相关文章|相关报道|本栏最新|标签云|标签)[：:]?$|\[?打印本页\]?|\[?关闭窗口\]?|法律声明|网站地图|免责声明[：:]"
)
_ABSTRACT = re.compile(r"(?:内容)?(?:摘要|提要|导读)[：:]")
_HEAD = 15  # furniture at the top stands in the first paragraphs


def furniture(paragraphs: Sequence[Paragraph]) -> frozenset[int]:
    """Numbers of the paragraphs that are page furniture."""
    found: set[int] = set()
    ended = False
    labelled = False  # the label 内容摘要： alone: its text is the next paragraph
    body = _body_start(paragraphs)
    for paragraph in paragraphs:
        text = paragraph.text.strip()
        place = paragraph.number
        near_end = place > 0.4 * len(paragraphs) and place > body + 2
        ended = ended or (near_end and bool(_END.match(text)))
        is_row = len(paragraph.cells) > 1 and _BARE.fullmatch(text)  # 2022  86  5 of a table
        if (
            ended
            or labelled
            or (not is_row and is_furniture(text, may_be_label=place < body or near_end))
        ):
            found.add(place)
        labelled = place < _HEAD and bool(_ABSTRACT.fullmatch(text))
    return frozenset(found)


def _body_start(paragraphs: Sequence[Paragraph]) -> int:
    """The first paragraph that is long enough to be running text."""
    for paragraph in paragraphs[: 2 * _HEAD]:
        text = paragraph.text
        runs_on = len(text) >= 60 and text.endswith(("。", "：", "；"))
        if (runs_on or number_of(text)[0] == 1) and not _LABEL.match(text):
            return paragraph.number
    return min(_HEAD, len(paragraphs))


def is_furniture(text: str, *, may_be_label: bool) -> bool:
    if not text or _BARE.fullmatch(text) or _BUTTONS.fullmatch(text):
        return True
    if len(text) <= _LONGEST and _ANYWHERE.match(text) and not text.endswith(("。", "；")):
        return True
    if len(text) < 120 and _INSIDE.search(text):
        return True
    label = _LABEL.match(text) if may_be_label else None
    return label is not None and len(text) < 200
