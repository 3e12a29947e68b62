"""Addresses of ledgers."""

from __future__ import annotations

from django.urls import path

from qianxian.ledgers.grid import views as grid
from qianxian.ledgers.household.views import household
from qianxian.ledgers.lists import views as own_lists
from qianxian.ledgers.paper import views as own_paper
from qianxian.ledgers.registers import merge_views, past_views
from qianxian.ledgers.registers import views as registers
from qianxian.ledgers.requests import views as requests
from qianxian.ledgers.views import attestation, changes, entries, lists, search

app_name = "ledgers"
# What has a fixed word stands before `<ledger>/`; a ledger may not be called by one of these words.
urlpatterns = [
    path("", lists.index, name="index"),
    path("choose/", lists.choose, name="choose"),
    path("search/", search.search, name="search"),
    path("attestation/", attestation.attestation, name="attestation"),
    path("attestation/check/", attestation.check, name="check"),
    path("attestation/attest/", attestation.attest, name="attest"),
    path("attestation/<int:number>/", attestation.decide, name="decide"),
    path("undo/<slug:township>/<int:number>/", changes.undo, name="undo"),
    path("household/<uuid:key>/page/", household, name="household"),
    path("requests/", requests.index, name="requests"),
    path("requests/<uuid:key>/approve/", requests.approve, name="request_approve"),
    path("requests/<uuid:key>/refuse/", requests.refuse, name="request_refuse"),
    path("requests/<uuid:key>/withdraw/", requests.withdraw, name="request_withdraw"),
    path("requests/<uuid:key>/renew/", requests.renew, name="request_renew"),
    path("<slug:ledger>/", lists.ledger, name="list"),
    path("<slug:ledger>/duplicates/", merge_views.proposals, name="duplicates"),
    path("<slug:ledger>/merge/", merge_views.merge, name="merge"),
    path("<slug:ledger>/by-number/", merge_views.by_number, name="by_number"),
    path("<slug:ledger>/export.<slug:kind>", lists.export, name="export"),
    path("<slug:ledger>/columns/", own_lists.columns, name="columns"),
    path("<slug:ledger>/keep/", own_lists.save, name="keep"),
    path("<slug:ledger>/keep/<int:pk>/drop/", own_lists.drop, name="unkeep"),
    path("<slug:ledger>/many/", own_lists.many, name="many"),
    path("<slug:ledger>/paper/", own_paper.blanks, name="blanks"),
    path("<slug:ledger>/new/", entries.new, name="new"),
    path("<slug:ledger>/grid/", grid.grid, name="grid"),
    path("<slug:ledger>/grid/check/", grid.check, name="grid_check"),
    path("<slug:ledger>/grid/save/", grid.save, name="grid_save"),
    path("<slug:ledger>/grid/find/<slug:name>/", grid.find, name="grid_find"),
    path("<slug:ledger>/candidates/<slug:name>/", entries.candidates, name="candidates"),
    path("<slug:ledger>/<uuid:key>/", entries.entry, name="entry"),
    path("<slug:ledger>/<uuid:key>/end/", registers.end, name="end"),
    path("<slug:ledger>/<uuid:key>/again/", registers.again, name="again"),
    path("<slug:ledger>/<uuid:key>/move/", registers.move, name="move"),
    path("<slug:ledger>/<uuid:key>/part/", registers.part, name="part"),
    path("<slug:ledger>/<uuid:key>/join/", registers.join, name="join"),
    path("<slug:ledger>/<uuid:key>/ask/", requests.new, name="request_new"),
    path("<slug:ledger>/<uuid:key>/restore/<int:number>/", past_views.restore, name="restore"),
    path("<slug:ledger>/<uuid:key>/field/<slug:name>/", past_views.field, name="field"),
    path("<slug:ledger>/<uuid:key>/paper/", own_paper.paper, name="paper"),
    path("<slug:ledger>/<uuid:key>/correct/", changes.correct, name="correct"),
    path("<slug:ledger>/<uuid:key>/remove/", changes.remove, name="remove"),
    path("<slug:ledger>/<uuid:key>/private/<slug:field>/", changes.private, name="private"),
]
