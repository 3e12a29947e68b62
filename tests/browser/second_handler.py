"""A second post that handles requests in the demo, which has one; run beside the site that serves it.

python -m tests.browser.second_handler      in the data folder that the environment names
"""

from __future__ import annotations

from tests.long.many_matters import start_django


def make() -> None:
    from qianxian.core.models import Grant, Holding, Office, Place, Post, User

    township = Place.objects.get(level=Place.Level.TOWNSHIP)
    office = Office.objects.get(place=township, name="农业农村办公室")
    post = Post.objects.create(
        code="wells", name="机井专干", duty="request_handler", office=office, place=township
    )
    user = User.objects.get(username="meixf")
    Holding.objects.create(post=post, user=user, valid_from="2026-01-01")
    Grant.objects.create(role="office_clerk", line="governance", place=township, post=post)


if __name__ == "__main__":
    start_django()
    make()
