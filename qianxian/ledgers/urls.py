"""Addresses of ledgers."""

from __future__ import annotations

from django.urls import path

from qianxian.ledgers.grid import views as grid
from qianxian.ledgers.household.views import household
from qianxian.ledgers.lists import views as own_lists
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
    path("<slug:ledger>/", lists.ledger, name="list"),
    path("<slug:ledger>/export.<slug:kind>", lists.export, name="export"),
    path("<slug:ledger>/columns/", own_lists.columns, name="columns"),
    path("<slug:ledger>/keep/", own_lists.save, name="keep"),
    path("<slug:ledger>/keep/<int:pk>/drop/", own_lists.drop, name="unkeep"),
    path("<slug:ledger>/many/", own_lists.many, name="many"),
    path("<slug:ledger>/new/", entries.new, name="new"),
    path("<slug:ledger>/grid/", grid.grid, name="grid"),
    path("<slug:ledger>/grid/check/", grid.check, name="grid_check"),
    path("<slug:ledger>/grid/save/", grid.save, name="grid_save"),
    path("<slug:ledger>/grid/find/<slug:name>/", grid.find, name="grid_find"),
    path("<slug:ledger>/candidates/<slug:name>/", entries.candidates, name="candidates"),
    path("<slug:ledger>/<uuid:key>/", entries.entry, name="entry"),
    path("<slug:ledger>/<uuid:key>/correct/", changes.correct, name="correct"),
    path("<slug:ledger>/<uuid:key>/remove/", changes.remove, name="remove"),
    path("<slug:ledger>/<uuid:key>/private/<slug:field>/", changes.private, name="private"),
]
