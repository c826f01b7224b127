"""The addresses of the registers and of what a clerk does every day; one list a subject."""

from django.urls import path

from organizations.views import acts as act_views
from organizations.views import (
    bulk,
    corrections,
    find,
    founding,
    handover,
    headcounts,
    ratings,
    ratings_sheet,
    saved_views,
    scans,
)
from organizations.views import decisions as paper
from organizations.views import details as one
from organizations.views import duplicates as twice
from organizations.views import enterprises as enterprise_forms
from organizations.views import entry as rows
from organizations.views import organizations as organization_forms
from organizations.views import registers as lists

app_name = "organizations"

registers = [  # lists of enterprises and organisations, saved views, export, bulk acts
    path("enterprises/", lists.enterprises, name="enterprises"),
    path("enterprises/export.<slug:ending>", lists.enterprises_export, name="enterprises_export"),
    path("enterprises/bulk/", bulk.enterprises_bulk, name="enterprises_bulk"),
    path("organizations/", lists.organizations, name="organizations"),
    path("organizations/export.<slug:ending>", lists.organizations_export, name="organizations_export"),
    path("organizations/bulk/", bulk.organizations_bulk, name="organizations_bulk"),
    path("views/<slug:screen>/", saved_views.save, name="view_save"),
    path("views/<int:pk>/delete/", saved_views.delete, name="view_delete"),
]
details = [  # one enterprise, one organisation, their forms
    path("enterprises/new/", enterprise_forms.new, name="enterprise_new"),
    path("enterprises/<int:pk>/", one.enterprise, name="enterprise"),
    path("enterprises/<int:pk>/edit/", enterprise_forms.edit, name="enterprise_edit"),
    path("organizations/<int:pk>/", one.organization, name="organization"),
    path("organizations/<int:pk>/edit/", organization_forms.edit, name="organization_edit"),
]
decisions = [  # decisions and their scans
    path("decisions/", paper.decisions, name="decisions"),
    path("decisions/new/", paper.decision_new, name="decision_new"),
    path("decisions/<int:pk>/", paper.decision, name="decision"),
    path("decisions/<int:pk>/edit/", paper.decision_edit, name="decision_edit"),
    path("decisions/<int:pk>/scans/", scans.attach, name="decision_scans"),
    path("decisions/<int:pk>/scans/<int:scan>/", scans.scan, name="decision_scan"),
    path("decisions/<int:pk>/scans/<int:scan>/withdraw/", scans.withdraw, name="scan_withdraw"),
]
acts = [  # what is done to an organisation, its members and its lines in the ledger
    path("organizations/new/", founding.organization_new, name="organization_new"),
    path("organizations/<int:pk>/rate/", ratings.say, {"what": "rate"}, name="rate"),
    path("organizations/<int:pk>/sources/", ratings.say, {"what": "source"}, name="source"),
    path("ratings/", ratings_sheet.ratings, name="ratings"),
    path("ratings/<int:pk>/correct/", ratings.correct, {"what": "rate"}, name="rating_correct"),
    path("sources/<int:pk>/correct/", ratings.correct, {"what": "source"}, name="source_correct"),
    path("organizations/<int:pk>/<slug:act>/", act_views.act, name="act"),
    path("organizations/transfer/", handover.handover, name="handover"),
    path("events/<int:pk>/", corrections.event, name="event"),
    path("events/<int:pk>/correct/", corrections.correct, name="correct"),
    path("events/<int:pk>/reverse/", corrections.reverse, name="reverse"),
    path("headcounts/new/", headcounts.headcount, name="headcount"),
    path("headcounts/<int:pk>/correct/", headcounts.correct_headcount, name="headcount_correct"),
]
entry = [  # one decision, many rows
    path("entry/", rows.entry, name="entry"),
    path("entry/<uuid:key>/", rows.done, name="entry_done"),
    path("entry/<uuid:key>/undo/", rows.undo, name="entry_undo"),
    path("entry/find/match/", find.match, name="find_match"),
    path("entry/find/decision/", find.decision, name="find_decision"),
    path("entry/find/enterprises/", find.enterprises, name="find_enterprises"),
    path("entry/find/organizations/", find.organizations, name="find_organizations"),
]
duplicates = [  # two rows that are one
    path("duplicates/", twice.duplicates, name="duplicates"),
    path("duplicates/<slug:of>/<int:first>/<int:second>/", twice.pair, name="duplicate_pair"),
    path("duplicates/<slug:of>/<int:first>/<int:second>/distinct/", twice.distinct, name="duplicate_distinct"),
    path("duplicates/<slug:of>/<int:pk>/separate/", twice.separate, name="duplicate_separate"),
]

urlpatterns = [*registers, *details, *acts, *decisions, *entry, *duplicates]
