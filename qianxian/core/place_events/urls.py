"""Addresses of changes of places."""

from __future__ import annotations

from django.urls import path

from qianxian.core.place_events import views

app_name = "places"

urlpatterns = [
    path("", views.index, name="index"),
    path("events/<int:key>/take-back/", views.take_back, name="take_back"),
    path("aliases/<int:key>/drop/", views.drop_alias, name="drop_alias"),
    path("<slug:code>/", views.place, name="place"),
    path("<slug:code>/alias/", views.add_alias, name="add_alias"),
    path("<slug:code>/<slug:kind>/", views.change, name="change"),
]
