"""People, offices, posts with A and B holders, and grants."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q

from qianxian.core.models.places import Place
from qianxian.core.permissions import ROLES


class User(AbstractUser):
    """Somebody who signs in. What the person may do comes from posts and grants, not from here."""

    name = models.CharField("姓名", max_length=30)
    # Demo accounts have a printed password, so they are refused off the local machine.
    is_demo = models.BooleanField(default=False)
    # Where the account was made: who has no post yet belongs there.
    home = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="people")
    # The password that an administrator saw opens nothing but the page that replaces it.
    must_change_password = models.BooleanField(default=False)

    class Meta(AbstractUser.Meta):
        pass

    def __str__(self) -> str:
        return self.name or self.username


class Office(models.Model):
    """An office, centre or brigade of the township, or a village committee.

    Whoever holds the post `head` changes holders and absences of its posts, and nothing else.
    """

    name = models.CharField("名称", max_length=60)
    place = models.ForeignKey(Place, models.PROTECT, related_name="offices")
    head = models.ForeignKey(
        "Post", models.SET_NULL, null=True, blank=True, related_name="heads", verbose_name="负责人"
    )
    closed_on = models.DateField("撤销", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "name"],
                condition=Q(closed_on__isnull=True),
                name="one_office_of_a_name_a_place",
            )
        ]

    def __str__(self) -> str:
        return self.name


class PostQuerySet(models.QuerySet["Post"]):
    def standing(self) -> Self:
        """Without those that were closed, which stay for the sake of what they did."""
        return self.filter(closed_on__isnull=True)

    def held_by(self, user: User, on: date) -> Self:
        """Posts that the user holds on that day, as A or as B."""
        return self.filter(
            Q(holdings__valid_to__isnull=True) | Q(holdings__valid_to__gte=on),
            holdings__user=user,
            holdings__valid_from__lte=on,
        ).distinct()


class Post(models.Model):
    """A duty in an office, a village or a grid. Matters hang on posts, never on names.

    `duty` is the role that a step of a flow asks for (toilet_officer, village_clerk, ...);
    `place` bounds the subtree in which the post does it.
    """

    code = models.SlugField("代码", max_length=40, primary_key=True)
    name = models.CharField("岗位", max_length=60)
    duty = models.SlugField("职责", max_length=40, db_index=True)
    office = models.ForeignKey(Office, models.PROTECT, related_name="posts")
    place = models.ForeignKey(Place, models.PROTECT, related_name="posts")
    closed_on = models.DateField("撤销", null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.office}·{self.name}"


class Holding(models.Model):
    """Who holds a post as A or B, from one day to another.

    One that is not confirmed waits beside the present one until its holder accepts the hand-over.
    """

    class Rank(models.TextChoices):
        A = "A", "A岗"
        B = "B", "B岗"

    post = models.ForeignKey(Post, models.CASCADE, related_name="holdings")
    user = models.ForeignKey(User, models.PROTECT, related_name="holdings")
    rank = models.CharField("AB岗", max_length=1, choices=Rank, default=Rank.A)
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True, blank=True)
    is_confirmed = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post", "rank"],
                condition=Q(valid_to__isnull=True, is_confirmed=True),
                name="one_present_holder_a_rank",
            ),
            models.UniqueConstraint(
                fields=["post", "rank"],
                condition=Q(is_confirmed=False),
                name="one_who_is_to_confirm_a_rank",
            ),
            models.CheckConstraint(
                name="holding_ends_after_it_starts",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post} {self.user}（{self.get_rank_display()}）"


class Handover(models.Model):
    """A post passes from one holder to the next.

    Until the next one accepts, both see the inbox and the first stays responsible.
    """

    post = models.ForeignKey(Post, models.PROTECT, related_name="handovers")
    rank = models.CharField("AB岗", max_length=1, choices=Holding.Rank, default=Holding.Rank.A)
    giver = models.ForeignKey(User, models.PROTECT, related_name="handed_over")
    taker = models.ForeignKey(User, models.PROTECT, related_name="taken_over")
    on = models.DateField("从哪天")
    note = models.CharField("交代的话", max_length=500, blank=True)
    arranged_by = models.CharField("谁安排", max_length=30)
    arranged_at = models.DateTimeField("安排时间")
    accepted_at = models.DateTimeField("确认时间", null=True, blank=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)

    class Meta:
        ordering = ["-arranged_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "rank"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="one_open_handover_a_rank",
            ),
            models.CheckConstraint(
                name="handover_is_accepted_or_withdrawn_not_both",
                condition=Q(accepted_at__isnull=True) | Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(
                name="handover_is_between_two_people", condition=~Q(giver=F("taker"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post} {self.giver} → {self.taker}"

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None


class Absence(models.Model):
    """Days on which a person is away; the B holder's inbox then holds the A holder's work."""

    user = models.ForeignKey(User, models.CASCADE, related_name="absences")
    first_day = models.DateField("从")
    last_day = models.DateField("到")
    note = models.CharField("交代的话", max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="absence_ends_after_it_starts", condition=Q(last_day__gte=F("first_day"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.first_day}—{self.last_day}"


class Grant(models.Model):
    """A role within a line and a place subtree, given to a post (usual) or to one person.

    An empty line means every line. Grants hang on posts so that handing over a post hands over
    what it may see.
    """

    role = models.CharField(
        "角色", max_length=30, choices=[(key, role.name) for key, role in ROLES.items()]
    )
    line = models.SlugField("条线", max_length=30, blank=True)
    place = models.ForeignKey(Place, models.PROTECT, related_name="grants")
    post = models.ForeignKey(Post, models.CASCADE, null=True, blank=True, related_name="grants")
    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="grants")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="grant_is_for_a_post_or_for_a_person",
                condition=Q(post__isnull=True) ^ Q(user__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.line or '全部条线'} {self.place}"
