"""Web pages: the article without what stands around it."""

from __future__ import annotations

import pytest

from qianxian_reader import read

_ARTICLE = (
    "<p>白云乡坚持以人居环境整治为抓手，全年完成农村改厕<b>86</b>户，新建公厕5座，硬化道路3.2公里。</p>"
    "<p>在产业发展方面，种植油茶300亩，带动农户120户增收，实现产值45.5万元，群众满意度不断提高。</p>"
    "<table><tr><th>村</th><th>改厕（户）</th></tr><tr><td>东坪村</td><td>52</td></tr></table>"
)
_WANTED = (
    "白云乡2023年工作总结",
    "白云乡坚持以人居环境整治为抓手，全年完成农村改厕86户，新建公厕5座，硬化道路3.2公里。",
    "在产业发展方面，种植油茶300亩，带动农户120户增收，实现产值45.5万元，群众满意度不断提高。",
    "村\t改厕（户）",
    "东坪村\t52",
)


def page(article: str) -> str:
    """As an office's site makes them: everything but the article is around it."""
    links = "".join(f'<li><a href="/{n}">办结事项{n}件的通知公告</a></li>' for n in range(1, 20))
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>工作总结-白云乡人民政府</title>
<style>.nav{{color:red}}</style><script>var visits = 3000;</script></head>
<body><div class="top"><a href="/">首页</a></div>
<nav><ul>{links}</ul></nav>
<div id="wrap"><div class="crumbs">您的位置：首页 &gt; 政务公开</div>
<div class="left-sidebar"><ul>{links}</ul></div>
<div class="main-box"><h1>白云乡2023年工作总结</h1>
<div class="share">分享到：微信 微博 已有12人分享</div>
{article}
<div class="comments"><p>网友：写得好，点赞100次！</p></div>
<div class="related"><h3>相关报道</h3><ul>{links}</ul></div></div>
<aside>今日访问3021人次</aside></div>
<footer>白云乡人民政府主办 电话：12345678</footer>
<!-- 统计代码 99 --></body></html>"""


@pytest.mark.parametrize(
    "wrapped",
    [
        f"<article>{_ARTICLE}</article>",
        f'<div id="zoom"><div class="TRS_Editor">{_ARTICLE}</div></div>',
        f"<table><tr><td>{_ARTICLE}</td></tr></table>",
    ],
)
def test_the_article_is_read_without_what_stands_around_it(wrapped: str) -> None:
    document = read(page(wrapped).encode(), "a.html")

    assert document.lines == _WANTED
    assert [one.span.text for one in document.figures] == [
        "86户", "5座", "3.2公里", "300亩", "120户", "45.5万元", "52",
    ]  # fmt: skip


def test_a_page_that_is_an_article_alone_is_taken_whole() -> None:
    assert read(f"<h1>{_WANTED[0]}</h1>{_ARTICLE}".encode(), "a.html").lines == _WANTED


@pytest.mark.parametrize("charset", ["gb2312", "GBK", "big5", "utf-8"])
def test_the_charset_of_the_page_is_believed(charset: str) -> None:
    words = "全乡完成改厕86户。" if charset != "big5" else "全鄉完成改廁86戶。"
    text = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}"></head><body><p>{words}</p></body></html>'

    assert read(text.encode(charset), "a.html").lines == (words,)


def test_a_page_under_the_name_of_a_word_file_is_read() -> None:
    document = read(f"<html><body>{_ARTICLE}</body></html>".encode(), "报告.doc")

    assert document.lines == _WANTED[1:]


def test_open_ends_and_endless_depth_take_no_longer_than_others() -> None:
    for text in ("<!--" * 9_000, "<script>" * 9_000, "<script " * 9_000, "<div>" * 90_000):
        document = read(f"<p>全乡改厕86户。</p>{text}".encode(), "a.html")
        assert document.lines[0] == "全乡改厕86户。"
        document = read(f"<p>全乡<b>改厕</b>86户。</p>{text}".encode(), "a.txt")
        assert document.figures[0].value == 86
