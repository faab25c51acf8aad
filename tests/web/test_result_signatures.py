"""What the page of a result and packages say of electronic signatures in its file."""

from __future__ import annotations

from dataclasses import replace

from django.test import Client

from tests.web.test_result_life import content, text


def test_the_page_and_packages_tell_each_signature_with_its_three_answers_apart(client: Client, permit: int) -> None:
    from catalog import results
    from catalog.models import Scan
    from preservation.signatures import checking
    from preservation.signatures.trust import Trust
    from preservation.signatures.verdicts import Intact, Later, Level, Looked, Trusted, Valid, Verdict
    from reuse import facts, metadata

    scan = Scan.objects.get(document__result=permit)
    good = Verdict("a", Intact.INTACT, Valid.VALID, Trusted.TRUSTED, level=Level.B_T, signer="Lê <b>Văn</b> Ký")
    bad = replace(good, intact=Intact.CHANGED_AFTER, trusted=Trusted.NO_ANCHORS, later=Later.FORBIDDEN)
    checking._keep(scan, Looked(), Trust())
    assert "không có chữ ký số" in text(client, f"/results/{permit}/")
    checking._keep(scan, Looked((good,)), Trust())
    page = text(client, f"/results/{permit}/")
    assert "đã ký số, hợp lệ và tin cậy" in page and "Lê <b>Văn</b> Ký" in page and "Mức: B-T" in page
    checking._keep(scan, Looked((good, bad)), Trust())
    page = text(client, f"/results/{permit}/")
    for told in ("chữ ký số không hợp lệ", "tệp bị thay đổi sau khi ký", "ký bằng chứng thư số có hiệu lực"):
        assert told in page
    assert "cơ quan chưa khai báo tổ chức chứng thực tin cậy" in page
    assert 'class="told-broken"' in content(client.get(f"/results/{permit}/"))
    what = facts.vouched(results.show(permit))
    assert "changed_after/valid/no_anchors" in str(metadata.names_of(what, "x")["inforSign"])
    assert facts.unpacked([facts.packed(what)]) == [what]
