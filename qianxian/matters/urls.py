"""Addresses of matters."""

from __future__ import annotations

from django.urls import path

from qianxian.matters.views import bulk, flows, main, papers, passing, past, reminders, ties

app_name = "matters"
urlpatterns = [
    path("", main.index, name="list"),
    path("holidays/", main.holidays, name="holidays"),
    path("late/", main.late, name="late"),
    path("late/export.<slug:kind>", main.late_file, name="late_file"),
    path("overdue/", past.overdue, name="overdue"),
    path("route/", main.route, name="route"),
    path("flows/", flows.index, name="flows"),
    path("flows/<slug:flow_id>/", flows.flow, name="flow"),
    path("reminders/", reminders.reminders, name="reminders"),
    path("papers/", papers.register, name="papers"),
    path("papers/<int:pk>/void/", papers.void, name="void_paper"),
    path("many/<slug:ledger>/<slug:step_id>/", bulk.many, name="many"),
    path("similar/<slug:ledger>/", ties.similar, name="similar"),
    path("<uuid:key>/", main.matter, name="matter"),
    path("<uuid:key>/steps/<slug:step_id>/", main.step, name="step"),
    path("<uuid:key>/extend/", main.extend, name="extend"),
    path("<uuid:key>/answer/", main.answer, name="answer"),
    path("<uuid:key>/reopen/", main.reopen, name="reopen"),
    path("<uuid:key>/hand-on/", passing.hand_on, name="hand_on"),
    path("<uuid:key>/offer/", passing.offer, name="offer"),
    path("<uuid:key>/ask-after/", passing.ask_after, name="ask_after"),
    path("<uuid:key>/ties/", ties.tie, name="ties"),
    path("<uuid:key>/ties/<uuid:other>/unlink/", ties.unlink, name="unlink"),
    path("<uuid:key>/split/", ties.split, name="split"),
    path("<uuid:key>/unmerge/", ties.unmerge, name="unmerge"),
    path("<uuid:key>/form/", papers.form, name="form"),
    path("<uuid:key>/papers/<slug:digest>/", papers.paper, name="paper"),
    path("<uuid:key>/undo/<int:number>/", main.undo, name="undo"),
    path("<uuid:key>/photos/<slug:digest>/", main.photo, name="photo"),
]
