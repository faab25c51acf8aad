"""The addresses of the pages. Each view says who may call it (`web.rights`); `web.gate` closes those that do not."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.socialaccount import views as social
from django.urls import URLPattern, include, path, register_converter
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

from web import (
    batch,
    batch_change,
    batch_closing,
    batch_sheets,
    batches,
    bought_in,
    bought_in_new,
    copies,
    deeds,
    duplicates,
    files,
    first,
    fixity,
    genuine,
    intake,
    invitations,
    language,
    looks,
    me,
    office,
    paper,
    paper_moves,
    paper_printed,
    people,
    pictures,
    procedure_import,
    procedures,
    quota_list,
    quota_targets,
    quotas,
    rates,
    regions,
    register_import,
    register_matching,
    register_unmatched,
    registers,
    reports,
    reports_issued,
    reports_lists,
    reports_mailing,
    result,
    result_changes,
    result_deliveries,
    result_opening,
    result_persons,
    result_versions,
    retention,
    retention_disposals,
    retention_holds,
    reuse,
    reuse_ledger,
    review,
    review_crops,
    review_desk,
    review_policy,
    samples,
    search,
    sessions,
    signing_in,
    stacks,
    staging,
    staging_bin,
    staging_pictures,
    tokens,
    unit_changing,
    unit_import,
    units,
    uploads,
)
from web.api import v1
from web.converters import Number
from web.rights import public, signed_in

register_converter(Number, "number")

# Browsers ask for this name beside a PDF, which names no icon of its own.
_icon = public(require_safe(RedirectView.as_view(url="/static/web/sohoa.svg", permanent=True)))

_results: list[URLPattern] = [
    path("", search.search, name="search"),
    path("results/<number:number>/", result.result, name="result"),
    path("results/<number:number>/pages/<number:page>.jpg", pictures.picture, name="picture"),
    path("results/<number:number>/thumbnail.jpg", pictures.thumbnail, name="thumbnail"),
    path("results/<number:number>/archive.pdf", files.archive, name="archive"),
    path("results/<number:number>/words.xml", files.words, name="words"),
    path("results/<number:number>/original", files.original, name="original"),
    path("results/<number:number>/sources/<number:scan>", files.source, name="result_source"),
    path("results/<number:number>/open/", result_opening.ask, name="result_open"),
    path("results/<number:number>/versions/<number:edition>/", result_versions.version, name="result_version"),
    path("results/<number:number>/correct/", result_changes.correct, name="result_correct"),
    path("results/<number:number>/confirm/", result_changes.confirm, name="result_confirm"),
    path("results/<number:number>/replace/", result_changes.replace, name="result_replace"),
    path("results/<number:number>/revoke/", result_changes.revoke, name="result_revoke"),
    path("results/<number:number>/changes/<number:change>/undo/", result_changes.undo, name="result_undo"),
    path("results/<number:number>/deliver/", result_deliveries.deliver, name="result_deliver"),
    path(
        "results/<number:number>/deliveries/<number:delivery>/undo/",
        result_deliveries.undo,
        name="result_delivery_undo",
    ),
    path("results/<number:number>/persons/", result_persons.numbers, name="result_persons"),
    path("results/<number:number>/persons/unlink/", result_persons.unlink, name="result_unlink"),
]

_reuse: list[URLPattern] = [
    path("results/<number:number>/use/", reuse.use, name="result_use"),
    path("reuse/", reuse_ledger.listing, name="reuse"),
    path("reuse/changed/", reuse_ledger.changed, name="reuse_notices"),
    path("reuse/<number:number>/", reuse.entry, name="reuse_entry"),
    path("reuse/<number:number>/package.zip", reuse.fetch, name="reuse_package"),
    path("reuse/<number:number>/undo/", reuse.undo, name="reuse_undo"),
    path("reuse/<number:number>/seen/", reuse_ledger.seen, name="reuse_seen"),
    path("results/<number:number>/copies/", copies.listing, name="result_copies"),
    path("results/<number:number>/copies/new/", copies.issue, name="result_copy"),
    path("copies/<number:number>/withdraw/", copies.withdraw, name="copy_withdraw"),
    path("genuine/<str:token>/", genuine.genuine, name="genuine"),
]

_people: list[URLPattern] = [
    path("people/", people.listing, name="people"),
    path("people/add/", people.add, name="person_add"),
    path("people/<number:number>/", people.person, name="person"),
    path("people/<number:number>/invite/", people.invite, name="person_invite"),
    path("people/<number:number>/suspend/", people.suspend, name="person_suspend"),
    path("people/<number:number>/deeds/", deeds.of_person, name="person_deeds"),
    path("people/<number:number>/roles/<number:membership>/withdraw/", people.withdraw, name="person_withdraw"),
]

_units: list[URLPattern] = [
    path("deeds/", deeds.listing, name="deeds"),
    path("deeds.csv", deeds.table, name="deeds_table"),
    path("exports/", deeds.exported, name="exports"),
    path("looks/", looks.listing, name="looks"),
    path("units/", units.listing, name="units"),
    path("units/add/", unit_changing.add, name="unit_add"),
    path("units/import/", unit_import.start, name="unit_import"),
    path("units/of/<str:code>/", units.one, name="unit"),
    path("units/of/<str:code>/name/", unit_changing.rename, name="unit_rename"),
    path("units/of/<str:code>/place/", unit_changing.move, name="unit_move"),
    path("units/of/<str:code>/end/", unit_changing.end, name="unit_end"),
    path("units/of/<str:code>/reopen/", unit_changing.reopen, name="unit_reopen"),
    path("procedures/", procedures.listing, name="procedures"),
    path("procedures/add/", procedures.add, name="procedure_add"),
    path("procedures/import/", procedure_import.start, name="procedure_import"),
    path("procedures/of/<str:code>/", procedures.one, name="procedure"),
]

_programs: list[URLPattern] = [
    path("intake/", intake.intake, name="intake"),
    path("intake/<number:number>/", intake.one, name="intake_one"),
    path("tokens/", tokens.listing, name="tokens"),
    path("tokens/add/", tokens.add, name="token_add"),
    path("tokens/<number:number>/revoke/", tokens.revoke, name="token_revoke"),
]

_bought_in: list[URLPattern] = [
    path("bought-in/", bought_in.listing, name="bought_in"),
    path("bought-in/new/", bought_in_new.new, name="bought_in_new"),
    path("bought-in/check/", bought_in_new.check, name="bought_in_check"),
    path("bought-in/<number:number>/", bought_in.one, name="bought_in_one"),
]

_registers: list[URLPattern] = [
    path("registers/", registers.overview, name="registers"),
    path("registers/of/<str:unit>/", registers.register, name="register"),
    path("registers/lines/<number:number>/", registers.line, name="register_line"),
    path("registers/lines/<number:number>/withdraw/", registers.withdraw, name="register_withdraw"),
    path("registers/lines/<number:number>/restore/", registers.restore, name="register_restore"),
    path("registers/import/", register_import.send, name="register_import"),
    path("registers/import/<str:job>/", register_import.meanings, name="register_columns"),
    path("registers/import/<str:job>/check/", register_import.check, name="register_check"),
    path("registers/import/<str:job>/mend.xlsx", register_import.mend, name="register_mend"),
    path("registers/unsure/", register_matching.unsure, name="register_unsure"),
    path("registers/unsure/<number:number>/", register_matching.one, name="register_unsure_one"),
    path("registers/unsure/<number:number>/undo/", register_matching.undo, name="register_unsure_undo"),
    path("registers/unlink/<number:number>/", register_matching.unlink, name="register_unlink"),
    path("registers/missing/", register_unmatched.missing, name="register_missing"),
    path("registers/missing.xlsx", register_unmatched.missing_table, {"kind": "xlsx"}, "register_missing_table"),
    path("registers/missing.csv", register_unmatched.missing_table, {"kind": "csv"}, "register_missing_csv"),
    path("registers/unlisted/", register_unmatched.unlisted, name="register_unlisted"),
    path("registers/unlisted.xlsx", register_unmatched.unlisted_table, {"kind": "xlsx"}, "register_unlisted_table"),
    path("registers/unlisted.csv", register_unmatched.unlisted_table, {"kind": "csv"}, "register_unlisted_csv"),
    path("registers/imports/", register_import.imports, name="register_imports"),
    path("registers/imports/<number:number>/", register_import.imported, name="register_imported"),
]

_paper: list[URLPattern] = [
    path("paper/", paper.listing, name="paper"),
    path("paper/boxes/<number:number>/", paper.box, name="paper_box"),
    path("paper/boxes/<number:number>/change/", paper.change, name="paper_box_change"),
    path("paper/boxes/<number:number>/list.pdf", paper_printed.file_list, name="paper_box_list"),
    path("paper/boxes/<number:number>/handover.pdf", paper_printed.handover, name="paper_box_handover"),
    path("paper/boxes/<number:number>/label.pdf", paper_printed.label, name="paper_box_label"),
    path("paper/put/", paper_moves.put, name="paper_put"),
    path("paper/put/<number:number>/undo/", paper_moves.put_undo, name="paper_put_undo"),
    path("paper/lend/", paper_moves.lend, name="paper_lend"),
    path("paper/lent/", paper_moves.lent, name="paper_loans"),
    path("paper/lent/<number:number>/back/", paper_moves.take_back, name="paper_return"),
]

_review: list[URLPattern] = [
    path("review/", review.overview, name="review"),
    path("review/next/", review.take_next, name="review_next"),
    path("review/policy/", review_policy.policy, name="review_policy"),
    path("results/<number:number>/pages/<number:page>/regions/", regions.page_regions, name="regions"),
    path("results/<number:number>/carrier/", regions.carrier, name="carrier"),
    path("duplicates/", duplicates.listing, name="duplicates"),
    path("duplicates/<number:number>/", duplicates.duplicate, name="duplicate"),
    path("duplicates/<number:number>/undo/", duplicates.undo, name="duplicate_undo"),
    path("samples/", samples.samples, name="samples"),
    path("samples/rates/", rates.rates, name="rates"),
    path("samples/rates.csv", rates.table, name="rates_table"),
    path("samples/calibration/", rates.calibration, name="calibration"),
    path("results/<number:number>/review/", review_desk.one, name="review_one"),
    path("results/<number:number>/review/typed/", review_desk.typed, name="review_typed"),
    path("results/<number:number>/review/settle/", review_desk.settle, name="review_settle"),
    path("results/<number:number>/review/aside/", review_desk.aside, name="review_aside"),
    path("results/<number:number>/review/leave/", review_desk.leave, name="review_leave"),
    path("results/<number:number>/review/stay/", review_desk.stay, name="review_stay"),
    path("results/<number:number>/review/undo/", review_desk.undo, name="review_undo"),
    path("results/<number:number>/review/<slug:field>.jpg", review_crops.crop, name="review_crop"),
]

_quotas: list[URLPattern] = [
    path("quotas/", quotas.dashboard, name="quotas"),
    path("quotas/targets/", quota_targets.listing, name="quota_targets"),
    path("quotas/targets/set/", quota_targets.put, name="quota_target_set"),
    path("quotas/targets/<number:number>/end/", quota_targets.end, name="quota_target_end"),
    path("quotas/freeze/", quota_targets.freeze, name="quota_freeze"),
    path("quotas/lines/", quota_list.lines, name="quota_list"),
    path("quotas/lines/file/", quota_list.table, name="quota_list_file"),
    path("quotas/of/<str:unit>/", quotas.unit, name="quota_unit"),
    path("quotas/of/<str:unit>/charts/<slug:name>.svg", quotas.chart, name="quota_chart"),
]

_batches: list[URLPattern] = [
    path("batches/", batches.listing, name="batches"),
    path("batches/open/", batches.open_one, name="batch_open"),
    path("batches/<number:number>/", batch.batch, name="batch"),
    path("batches/<number:number>/change/", batch_change.change, name="batch_change"),
    path("batches/<number:number>/close/", batch_closing.close, name="batch_close"),
    path("batches/<number:number>/reopen/", batch_closing.reopen, name="batch_reopen"),
    path("batches/<number:number>/retry/", batch_closing.retry, name="batch_retry"),
    path("batches/<number:number>/sheets/", batch_sheets.sheets_of, name="batch_sheets"),
    path("batches/<number:number>/stacks/", stacks.stacks, name="batch_stacks"),
    path("batches/<number:number>/uploads/", uploads.begin, name="uploads"),
    path("uploads/<number:number>/", uploads.upload, name="upload"),
    path("uploads/<number:number>/finish/", uploads.finish, name="upload_finish"),
]

_staging: list[URLPattern] = [
    path("batches/<number:number>/desk/", staging.staging, name="staging"),
    path("batches/<number:number>/desk/act/", staging.act, name="staging_act"),
    path("batches/<number:number>/desk/take-out/", staging_bin.take_out, name="staging_take_out"),
    path(
        "batches/<number:number>/desk/<number:scan>/<number:page>.jpg", staging_pictures.picture, name="staging_picture"
    ),
    path(
        "batches/<number:number>/desk/<number:scan>/<number:page>/thumbnail.jpg",
        staging_pictures.thumbnail,
        name="staging_thumbnail",
    ),
]

_signing_in: list[URLPattern] = [
    path("sign-in/", public(account.login), name="account_login"),
    path("sign-in/code/", public(factors.authenticate), name="mfa_authenticate"),
    path("sign-in/suspended/", public(account.account_inactive), name="account_inactive"),
    path("sign-in/up/", signing_in.no_sign_up, name="account_signup"),
    path("sign-in/office/cancelled/", public(social.login_cancelled), name="socialaccount_login_cancelled"),
    path("sign-in/office/error/", public(social.login_error), name="socialaccount_login_error"),
    path("sign-in/office/up/", signing_in.no_sign_up, name="socialaccount_signup"),
    path("sign-in/<slug:provider_id>/start/", office.start, name="openid_connect_login"),
    path("sign-in/<slug:provider_id>/back/", office.back, name="openid_connect_callback"),
    path("sign-out/", public(account.logout), name="account_logout"),
    path("first/", first.hint, name="first"),
    path("first/<str:secret>/", first.begin, name="begin"),
    path("invitations/<str:person>/<str:token>/", invitations.invitation, name="invitation"),
    path("me/", me.me, name="me"),
    path("me/sign-out-everywhere/", sessions.sign_out_everywhere, name="me_sign_out"),
    path("me/password/", signed_in(account.password_change), name="account_change_password"),
    path("me/password/set/", signed_in(account.password_set), name="account_set_password"),
    path("me/confirm/", signed_in(account.reauthenticate), name="account_reauthenticate"),
    path("me/confirm/code/", signed_in(factors.reauthenticate), name="mfa_reauthenticate"),
    path("me/factors/", signed_in(factors.index), name="mfa_index"),
    path("me/factors/app/", signed_in(totp.activate_totp), name="mfa_activate_totp"),
    path("me/factors/app/picture.svg", me.app_picture, name="app_picture"),
    path("me/factors/app/remove/", signed_in(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("me/factors/codes/", signed_in(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("me/factors/codes/new/", signed_in(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("me/factors/codes/file/", signed_in(codes.download_recovery_codes), name="mfa_download_recovery_codes"),
]

_retention: list[URLPattern] = [
    path("retention/", retention.periods, name="retention"),
    path("retention/set/", retention.put, name="retention_set"),
    path("retention/<number:number>/end/", retention.end, name="retention_end"),
    path("retention/due/", retention.listing, name="retention_due"),
    path("retention/due/table/", retention.table, name="retention_due_table"),
    path("retention/holds/", retention_holds.listing, name="retention_holds"),
    path("retention/holds/<number:number>/lift/", retention_holds.lift, name="retention_lift"),
    path("fixity/", fixity.listing, name="fixity"),
    path("disposals/", retention_disposals.listing, name="disposals"),
    path("disposals/propose/", retention_disposals.propose, name="disposal_propose"),
    path("disposals/<number:number>/", retention_disposals.show, name="disposal"),
    path("disposals/<number:number>/decide/", retention_disposals.decide, name="disposal_decide"),
    path("disposals/<number:number>/withdraw/", retention_disposals.withdraw, name="disposal_withdraw"),
]

_reports: list[URLPattern] = [
    path("reports/", reports.listing, name="reports"),
    path("reports/issue/", reports.issue, name="report_issue"),
    path("reports/dossiers/", reports_lists.dossiers, name="report_dossiers"),
    path("reports/flags/", reports_lists.flags, name="portal_flags"),
    path("reports/mailings/", reports_mailing.mailings, name="report_mailings"),
    path("reports/mailings/<number:number>/end/", reports_mailing.end, name="report_mailing_end"),
    path("reports/mailings/<number:number>/try/", reports_mailing.try_out, name="report_mailing_try"),
    path("reports/mailings/<number:number>/again/", reports_mailing.again, name="report_mailing_again"),
    path("reports/<number:number>/", reports_issued.report, name="report"),
    path("reports/<number:number>/report.xlsx", reports_issued.xlsx, name="report_xlsx"),
    path("reports/<number:number>/report.pdf", reports_issued.pdf, name="report_pdf"),
    path("reports/<number:number>/report.json", reports_issued.as_json, name="report_json"),
]

urlpatterns = [
    path("favicon.ico", _icon, name="favicon"),
    path("language/<slug:code>/", language.switch, name="language"),
    *_results,
    *_reuse,
    *_people,
    *_units,
    *_programs,
    *_paper,
    *_bought_in,
    *_registers,
    *_review,
    *_quotas,
    *_reports,
    *_retention,
    *_batches,
    *_staging,
    *_signing_in,
    path("api/v1/", include((v1.patterns, "ninja"), namespace="api")),
]

handler400 = "web.errors.bad_request"
handler404 = "web.errors.not_found"
handler500 = "web.errors.failed"
