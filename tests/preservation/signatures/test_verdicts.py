"""Each case of a signature gets exactly its verdict: intact, valid and trusted apart."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm

from preservation.signatures.trust import Trust
from preservation.signatures.verdicts import Coverage, Intact, Later, Level, Trusted, Valid, looked
from tests import pki
from tests.pki import DAY, NOW, YEAR, Authority
from tests.preservation.signatures.support import People, paper

GOOD = (Intact.INTACT, Valid.VALID, Trusted.TRUSTED)


def answers(verdict):  # type: ignore[no-untyped-def]
    return (verdict.intact, verdict.valid, verdict.trusted)


def test_a_good_signature_is_intact_valid_and_trusted(people: People) -> None:
    one = people.verdict(people.signed())
    assert answers(one) == GOOD
    assert (one.coverage, one.later, one.level) == (Coverage.FILE, Later.NOTHING, Level.B_B)
    assert (one.signer, one.organisation) == ("Nguyễn Thị Hòa", "Ủy ban nhân dân xã Mỹ Thạnh")
    assert one.issuer == "CA cơ quan nhà nước (thử)"
    assert one.claimed is not None
    assert one.stamped is None
    assert one.good
    assert one.fingerprint == people.person.asn1.sha256.hex()


def test_a_file_without_signatures_has_none(people: People) -> None:
    assert people.looked(paper()).verdicts == ()


def test_an_older_form_is_named_so(people: People) -> None:
    assert answers(people.verdict(people.signed(older=True))) == GOOD
    assert people.verdict(people.signed(older=True)).level is Level.OLDER
    assert people.verdict(people.signed(older=True, stamped=True)).level is Level.OLDER_T


def test_a_trusted_time_stamp_is_the_time_that_counts(people: People) -> None:
    one = people.verdict(people.signed(stamped=NOW - DAY))
    assert answers(one) == GOOD
    assert one.stamped == NOW - DAY
    assert one.level is Level.B_T


def test_a_certificate_that_ran_out(people: People) -> None:
    person = people.ca.person(first=NOW - 3 * YEAR, last=NOW - YEAR)
    one = people.verdict(people.signed(holder=person))
    assert answers(one) == (Intact.INTACT, Valid.EXPIRED, Trusted.TRUSTED)


def test_a_certificate_that_ran_out_after_a_time_stamp_was_good(people: People) -> None:
    person, at = people.ca.person(first=NOW - 3 * YEAR, last=NOW - YEAR), NOW - 2 * YEAR
    trust = people.trust(people.root.crl(at, at + DAY), people.ca.crl(at, at + DAY))
    one = people.verdict(people.signed(holder=person, stamped=at), trust)
    assert answers(one) == GOOD
    assert one.stamped == at


def test_a_certificate_that_was_not_valid_yet(people: People) -> None:
    person = people.ca.person(first=NOW + DAY)
    assert people.verdict(people.signed(holder=person)).valid is Valid.NOT_YET


@pytest.fixture
def revoking() -> People:
    """People of whom some get revoked: theirs is an authority of its own."""
    return People.made()


def test_a_revoked_certificate(revoking: People) -> None:
    revoking.ca.revoke(revoking.person, NOW - 30 * DAY)
    one = revoking.verdict(revoking.signed())
    assert answers(one) == (Intact.INTACT, Valid.REVOKED, Trusted.TRUSTED)
    assert one.revoked == NOW - 30 * DAY


def test_a_certificate_revoked_after_the_time_stamp_was_good(revoking: People) -> None:
    revoking.ca.revoke(revoking.person, NOW - 30 * DAY)
    assert answers(revoking.verdict(revoking.signed(stamped=NOW - 40 * DAY))) == GOOD
    assert revoking.verdict(revoking.signed(stamped=NOW - 20 * DAY)).valid is Valid.REVOKED


def test_a_revoked_authority_takes_its_people_with_it(revoking: People) -> None:
    revoking.root.revoke(revoking.ca.holder, NOW - DAY)
    assert revoking.verdict(revoking.signed()).valid is Valid.REVOKED


def test_a_certificate_that_names_no_list_is_revoked_by_one_all_the_same(revoking: People) -> None:
    person = revoking.ca.person(crl_url="")
    content = revoking.signed(holder=person)
    assert revoking.verdict(content, Trust(anchors=(revoking.root.holder.der,))).valid is Valid.VALID
    revoking.ca.revoke(person, NOW - DAY)
    assert revoking.verdict(content).valid is Valid.REVOKED


def test_an_answer_of_an_ocsp_server(revoking: People) -> None:
    person = revoking.ca.person(crl_url="", ocsp_url="http://ocsp.invalid/")
    content, lists = revoking.signed(holder=person), (revoking.root.crl(),)
    assert revoking.verdict(content, revoking.trust(*lists)).valid is Valid.UNPROVEN
    good = revoking.trust(*lists, ocsps=(revoking.ca.ocsp(person),))
    assert answers(revoking.verdict(content, good)) == GOOD
    revoking.ca.revoke(person, NOW - DAY)
    bad = revoking.trust(*lists, ocsps=(revoking.ca.ocsp(person),))
    assert revoking.verdict(content, bad).valid is Valid.REVOKED


def test_without_a_list_nothing_is_proven_and_it_is_said_where_to_ask(people: People) -> None:
    found = people.looked(people.signed(), Trust(anchors=(people.root.holder.der,)))
    assert answers(found.verdicts[0]) == (Intact.INTACT, Valid.UNPROVEN, Trusted.TRUSTED)
    assert [one.url for one in found.wanted] == ["http://crl.invalid/ca.crl"]


def test_a_list_that_is_too_old_proves_nothing(people: People) -> None:
    old = people.ca.crl(NOW - 90 * DAY, NOW - 60 * DAY)
    assert people.verdict(people.signed(), people.trust(people.root.crl(), old)).valid is Valid.UNPROVEN


def test_a_list_that_somebody_else_signed_proves_nothing(people: People) -> None:
    stranger = Authority.root("Kẻ giả mạo").below(key_name="of a stranger")
    assert people.verdict(people.signed(), people.trust(stranger.crl())).valid is Valid.UNPROVEN


def test_a_changed_byte(people: People) -> None:
    content = people.signed()
    changed = content.replace(b"/MediaBox", b"/MediaBux", 1)
    assert changed != content
    one = people.verdict(changed)
    assert answers(one) == (Intact.ALTERED, Valid.VALID, Trusted.TRUSTED)


def test_a_filled_form_is_permitted(people: People) -> None:
    one = people.verdict(filled(IncrementalPdfFileWriter(BytesIO(people.signed(paper(form=True))))))
    assert answers(one) == GOOD
    assert (one.coverage, one.later) == (Coverage.REVISION, Later.FORMS)


def test_a_changed_page_is_not(people: People) -> None:
    one = people.verdict(with_more_on_the_page(people.signed()))
    assert answers(one) == (Intact.CHANGED_AFTER, Valid.VALID, Trusted.TRUSTED)
    assert (one.coverage, one.later) == (Coverage.REVISION, Later.FORBIDDEN)


def test_what_a_certified_file_forbids_counts_as_changed(people: People) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(people.signed(paper(form=True), certify=MDPPerm.NO_CHANGES)))
    one = people.verdict(filled(writer))
    assert (one.intact, one.later) == (Intact.CHANGED_AFTER, Later.FORBIDDEN)


def test_a_certificate_of_ones_own(people: People) -> None:
    one = people.verdict(people.signed(holder=pki.alone()))
    assert answers(one) == (Intact.INTACT, Valid.VALID, Trusted.SELF_SIGNED)


def test_a_root_that_nobody_knows(people: People) -> None:
    stranger = Authority.root("CA lạ").below("CA lạ cấp dưới")
    content = people.signed(holder=stranger.person("Người lạ"))
    lists = people.trust(people.root.crl(), people.ca.crl(), stranger.crl())
    assert answers(people.verdict(content, lists)) == (Intact.INTACT, Valid.VALID, Trusted.UNKNOWN_ROOT)


def test_a_root_of_the_same_name_is_another(people: People) -> None:
    forged = Authority(pki.Holder(people.root.holder.cert, pki.key("of a stranger")))
    one = people.verdict(people.signed(holder=forged.below("CA giả").person()))
    assert one.trusted is Trusted.UNKNOWN_ROOT
    assert not one.good


def test_an_office_may_trust_an_authority_below_a_root(people: People) -> None:
    content, lists = people.signed(), (people.ca.crl(),)
    assert answers(people.verdict(content, Trust(anchors=(people.ca.holder.der,), crls=lists))) == GOOD
    itself = people.verdict(content, Trust(anchors=(people.person.der,), crls=lists))
    assert itself.trusted is Trusted.TRUSTED


def test_an_office_that_trusts_nobody_yet(people: People) -> None:
    one = people.verdict(people.signed(), Trust(crls=(people.root.crl(), people.ca.crl())))
    assert answers(one) == (Intact.INTACT, Valid.VALID, Trusted.NO_ANCHORS)


def test_a_certificate_for_another_use_signs_no_documents(people: People) -> None:
    one = people.verdict(people.signed(holder=people.ca.person(key_name="rsa", signs=False)))
    assert one.trusted is Trusted.UNFIT
    assert not one.good


def test_two_signatures_of_which_one_is_broken(people: People) -> None:
    second = people.ca.person("Trần Văn Ất", key_name="second")
    content = people.signed(people.signed(), second, name="Signature2")
    sound = people.looked(content).verdicts
    assert [one.good for one in sound] == [True, True]
    assert [one.coverage for one in sound] == [Coverage.REVISION, Coverage.FILE]
    assert sound[0].later is Later.FORMS
    first, other = people.looked(broken(content, last=True)).verdicts
    assert [one.intact for one in people.looked(broken(content, last=False)).verdicts] == [
        Intact.UNREADABLE,
        Intact.ALTERED,
    ]
    assert first.good
    assert other.intact is Intact.UNREADABLE
    assert other.valid is Valid.UNKNOWN


def test_a_signature_over_a_part_of_the_file(people: People) -> None:
    one = people.verdict(people.signed_in_part())
    assert answers(one) == (Intact.PARTIAL, Valid.VALID, Trusted.TRUSTED)
    assert (one.coverage, one.later) == (Coverage.PART, Later.FORBIDDEN)


def test_bytes_behind_the_end_that_no_reader_looks_at_change_nothing(people: People) -> None:
    one = people.verdict(people.signed() + b"\n% more that nobody signed\n")
    assert (one.intact, one.coverage) == (Intact.INTACT, Coverage.REVISION)


def test_a_signed_attribute_that_was_changed_fits_no_key(people: People) -> None:
    content = people.signed()
    place = re.search(b"06092a864886f70d01090431220420", content, re.IGNORECASE)  # the attribute that holds the digest
    assert place is not None
    at = place.end()
    other = b"00" if content[at : at + 2] != b"00" else b"01"
    one = people.verdict(content[:at] + other + content[at + 2 :])
    assert (one.intact, one.valid) == (Intact.ALTERED, Valid.FORGED)


def test_a_digest_that_can_be_forged(people: People) -> None:
    one = people.verdict(people.signed(digest="sha1"))
    assert answers(one) == (Intact.INTACT, Valid.WEAK, Trusted.TRUSTED)


def test_a_chain_that_the_file_leaves_out_comes_from_the_office(people: People) -> None:
    content = people.signed(chain=False)
    assert people.verdict(content).trusted is Trusted.UNKNOWN_ROOT
    trust = Trust(
        (people.root.holder.der,), (people.ca.holder.der,), (people.root.crl(), people.ca.crl()), mode="folder"
    )
    assert answers(people.verdict(content, trust)) == GOOD


def test_what_is_kept_for_long_is_good_after_the_certificate_ran_out(people: People) -> None:
    person, at = people.ca.person(first=NOW - 3 * YEAR, last=NOW - YEAR), NOW - 2 * YEAR
    content = people.long_term(person, at)
    alone = Trust(anchors=(people.root.holder.der,))
    one = people.verdict(content, alone)
    assert answers(one) == GOOD
    assert one.level is Level.B_LT
    assert one.stamped == at
    assert people.looked(content, alone).wanted == ()


def test_a_stamp_over_the_file_is_told_as_such(people: People) -> None:
    person, at = people.ca.person(first=NOW - 3 * YEAR, last=NOW - YEAR), NOW - 2 * YEAR
    signature, stamp = people.looked(
        people.long_term(person, at, archive=True), Trust(anchors=(people.root.holder.der,))
    ).verdicts
    assert signature.good
    assert signature.level is Level.B_LTA
    assert signature.later is Later.PROOFS
    assert (stamp.level, stamp.intact, stamp.trusted) == (Level.STAMP, Intact.INTACT, Trusted.TRUSTED)


def test_a_time_stamp_from_nobody_we_know_proves_nothing(people: People) -> None:
    stranger = Authority.root("TSA lạ")
    person = people.ca.person(first=NOW - 3 * YEAR, last=NOW - YEAR)
    others = People(people.root, people.ca, stranger.time_stamps(), people.person)
    one = people.verdict(others.signed(holder=person, stamped=NOW - 2 * YEAR))
    assert (one.valid, one.stamped) == (Valid.EXPIRED, None)


def test_a_time_stamp_from_the_future_proves_nothing(people: People) -> None:
    assert people.verdict(people.signed(stamped=NOW + DAY)).stamped is None


def test_verdicts_survive_being_written_down(people: People) -> None:
    found = people.looked(people.signed(stamped=True), now=NOW + timedelta(minutes=5))
    assert looked(found.as_dict()) == found


def filled(writer: IncrementalPdfFileWriter) -> bytes:
    form = writer.root["/AcroForm"]["/Fields"]
    field = next(one for one in form if one.get_object()["/T"] == "note").get_object()
    field["/V"] = generic.TextStringObject("đã nhận")
    writer.mark_update(field.container_ref)
    return written(writer)


def written(writer: IncrementalPdfFileWriter) -> bytes:
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


def with_more_on_the_page(content: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(content))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    more = writer.add_object(generic.StreamObject(stream_data=b"q 0 0 100 100 re f Q"))
    page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), more])
    writer.mark_update(page.container_ref)
    return written(writer)


def broken(content: bytes, *, last: bool) -> bytes:
    """The message of the last signature replaced by garbage of the same length."""
    reader = PdfFileReader(BytesIO(content))
    start, length, end, _rest = reader.embedded_signatures[-1 if last else 0].byte_range
    assert start == 0
    return content[: length + 1] + b"ab" * ((end - length - 2) // 2) + content[end - 1 :]
