"""Addresses of people and posts."""

from __future__ import annotations

from django.urls import path

from qianxian.core.people.views import handovers, me, persons, posts

app_name = "people"

urlpatterns = [
    path("", posts.index, name="index"),
    path("me/", me.me, name="me"),
    path("me/password/", me.password, name="password"),
    path("first-password/", me.first_password, name="first_password"),
    path("offices/new/", posts.new_office, name="new_office"),
    path("offices/<int:key>/", posts.change_office, name="office"),
    path("offices/<int:key>/close/", posts.close_office, name="close_office"),
    path("posts/new/", posts.new_post, name="new_post"),
    path("posts/<slug:code>/", posts.post, name="post"),
    path("posts/<slug:code>/change/", posts.change_post, name="change_post"),
    path("posts/<slug:code>/close/", posts.close_post, name="close_post"),
    path("posts/<slug:code>/assign/<str:rank>/", posts.assign, name="assign"),
    path("posts/<slug:code>/end/<int:key>/", posts.end_holding, name="end_holding"),
    path("posts/<slug:code>/grant/", posts.grant, name="grant"),
    path("posts/<slug:code>/revoke/<int:key>/", posts.revoke, name="revoke"),
    path("posts/<slug:code>/hand-over/<str:rank>/", handovers.hand_over, name="hand_over"),
    path("handovers/<int:key>/", handovers.handover, name="handover"),
    path("handovers/<int:key>/accept/", handovers.accept, name="accept"),
    path("handovers/<int:key>/withdraw/", handovers.withdraw, name="withdraw"),
    path("persons/", persons.index, name="persons"),
    path("persons/new/", persons.new, name="new_person"),
    path("persons/<int:key>/", persons.person, name="person"),
    path("persons/<int:key>/reset/", persons.reset, name="reset"),
    path("persons/<int:key>/close/", persons.close, name="close"),
    path("persons/<int:key>/reopen/", persons.reopen, name="reopen"),
    path("persons/<int:key>/absence/", persons.absence, name="absence"),
    path("absences/<int:key>/end/", persons.end_absence, name="end_absence"),
]
