"""What a post hands over with it: the tasks of running plans that it leads."""

from __future__ import annotations

from datetime import date

from django.db.models import F

from qianxian.core.models import Post, User
from qianxian.core.people.book import Line, Section
from qianxian.plans.models import Plan, Task


def tasks_of_post(post: Post, reader: User, on: date) -> Section | None:
    """Tasks that the post leads, of plans that are not over and that the reader may see."""
    plans = Plan.objects.visible_to(reader, on).filter(end__gte=on)
    tasks = Task.objects.filter(lead=post, is_dropped=False, plan__in=plans)
    rows = tasks.select_related("plan").order_by(F("due_on").asc(nulls_last=True), "pk")
    lines = tuple(_line(task, on) for task in rows)
    return Section("牵头的任务", lines, total=len(lines)) if lines else None


def led_count(post: Post, on: date) -> int:
    """Tasks that keep the post from being closed. Those of plans that are over stay with it."""
    return Task.objects.filter(lead=post, is_dropped=False, plan__end__gte=on).count()


def _line(task: Task, on: date) -> Line:
    due = task.due_on or task.plan.end
    return Line(task.text, task.plan.get_absolute_url(), due, task.plan.title, is_late=due < on)
