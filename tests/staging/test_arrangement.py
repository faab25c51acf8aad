"""The order of pages: what each operation does, and that no page is ever lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import split
from pipeline.records import PageKind, SplitRule, SurveyedPage
from staging import signed
from staging.arrangement import (
    Act,
    LookedPage,
    LookedScan,
    Misfit,
    MisfitError,
    Operation,
    PageRef,
    PageState,
    Plan,
    apply,
    initial,
    plan,
)

KINDS = {"t": PageKind.TEXT, "b": PageKind.BLANK, "-": PageKind.SEPARATOR, "c": PageKind.COVER}


def looked(scan: int, pages: str) -> LookedScan:
    """``tt-t``: two pages of text, a separator, one page of text; documents begin where the reader would cut."""
    kinds = [KINDS[letter] for letter in pages]
    surveyed = [SurveyedPage(number, kind) for number, kind in enumerate(kinds, start=1)]
    begins = {document.first for document in split.documents(surveyed, SplitRule.SEPARATOR)}
    return LookedScan(
        scan,
        tuple(
            LookedPage(number, kind, f"bìa {number}" if kind is PageKind.COVER else "", number in begins)
            for number, kind in enumerate(kinds, start=1)
        ),
    )


def refs(text: str) -> tuple[PageRef, ...]:
    return tuple(PageRef.of(part) for part in text.split())


def documents(made: Plan) -> list[str]:
    return [" ".join(str(page.ref) for page in document.pages) for document in made.documents]


def done(begun: Plan, act: Act, pages: str, **more: object) -> Plan:
    return apply(begun, Operation(act, refs(pages), **more))  # type: ignore[arg-type]


@pytest.fixture
def begun() -> Plan:
    """Two files: documents 1:1-2, 1:4 and 2:1-3."""
    return initial([looked(1, "tt-t"), looked(2, "ttt")])


def test_files_are_cut_as_they_are_when_nobody_touches_them(begun: Plan) -> None:
    assert documents(begun) == ["1:1 1:2", "1:4", "2:1 2:2 2:3"]
    assert [str(page.ref) for page in begun.loose] == ["1:3"]
    assert not begun.touched


def test_a_turn_touches_one_file(begun: Plan) -> None:
    turned = done(begun, Act.ROTATE, "2:2", degrees=90)
    assert turned.page(PageRef(2, 2)).rotation == 90
    assert turned.touched == {2}
    assert done(turned, Act.ROTATE, "2:2", degrees=270).touched == frozenset()


@pytest.mark.parametrize("degrees", [0, 360, 45, -1])
def test_what_is_no_quarter_turn_is_refused(begun: Plan, degrees: int) -> None:
    with pytest.raises(MisfitError):
        done(begun, Act.ROTATE, "2:2", degrees=degrees)


def test_a_split_that_was_missed(begun: Plan) -> None:
    assert documents(done(begun, Act.SPLIT, "2:2")) == ["1:1 1:2", "1:4", "2:1", "2:2 2:3"]
    for page, misfit in (("2:1", Misfit.NOTHING), ("1:3", Misfit.SHEET), ("9:9", Misfit.UNKNOWN_PAGE)):
        with pytest.raises(MisfitError) as error:
            done(begun, Act.SPLIT, page)
        assert error.value.misfit is misfit


def test_joining_goes_to_the_document_before_or_joins_what_was_chosen(begun: Plan) -> None:
    assert documents(done(begun, Act.JOIN, "2:2")) == ["1:1 1:2", "1:4 2:1 2:2 2:3"]
    assert documents(done(begun, Act.JOIN, "1:2 2:1")) == ["1:1 1:2 1:4 2:1 2:2 2:3"]
    with pytest.raises(MisfitError) as error:
        done(begun, Act.JOIN, "1:1")
    assert error.value.misfit is Misfit.FIRST


def test_joining_over_the_end_of_a_file_touches_both(begun: Plan) -> None:
    assert done(begun, Act.JOIN, "2:1").touched == {1, 2}


def test_pages_move_behind_before_and_apart(begun: Plan) -> None:
    assert documents(done(begun, Act.MOVE, "2:3", to=PageRef(1, 1))) == ["1:1 2:3 1:2", "1:4", "2:1 2:2"]
    before = done(begun, Act.MOVE, "2:3", to=PageRef(1, 1), after=False)
    assert documents(before) == ["2:3 1:1 1:2", "1:4", "2:1 2:2"]
    apart = done(begun, Act.MOVE, "2:3 2:1", to=PageRef(1, 1), apart=True)
    assert documents(apart) == ["1:1 1:2", "2:1 2:3", "1:4", "2:2"]
    with pytest.raises(MisfitError) as error:
        done(begun, Act.MOVE, "2:3 2:1", to=PageRef(2, 3))
    assert error.value.misfit is Misfit.ITSELF


def test_a_document_whose_first_page_moves_away_begins_with_its_next(begun: Plan) -> None:
    assert documents(done(begun, Act.MOVE, "2:1", to=PageRef(1, 2))) == ["1:1 1:2 2:1", "1:4", "2:2 2:3"]


def test_marks_of_people_count(begun: Plan) -> None:
    assert documents(done(begun, Act.MARK, "2:2", kind=PageKind.SEPARATOR)) == ["1:1 1:2", "1:4", "2:1", "2:3"]
    as_text = done(begun, Act.MARK, "1:3", kind=PageKind.TEXT)
    assert documents(as_text) == ["1:1 1:2 1:3", "1:4", "2:1 2:2 2:3"]
    blank = done(begun, Act.MARK, "2:2", kind=PageKind.BLANK)
    assert documents(blank) == documents(begun)
    assert blank.touched == {2}, "whether it is read changes"


def test_the_bin_hides_and_gives_back(begun: Plan) -> None:
    binned = done(begun, Act.BIN, "2:1 2:2 2:3")
    assert documents(binned) == ["1:1 1:2", "1:4"]
    assert binned.touched == {2}
    back = done(binned, Act.RESTORE, "2:1 2:2 2:3")
    assert (documents(back), back.touched) == (documents(begun), frozenset())
    assert not done(begun, Act.BIN, "1:3").touched, "a sheet in the bin changes no document"
    with pytest.raises(MisfitError) as error:
        done(begun, Act.RESTORE, "2:1")
    assert error.value.misfit is Misfit.STATE


def test_a_page_scanned_again_takes_the_place_and_the_old_one_stays(begun: Plan) -> None:
    asked = done(begun, Act.ASK_RESCAN, "1:2")
    assert [page.ref for page in asked.awaiting] == [PageRef(1, 2)]
    assert not asked.touched
    again = initial([looked(1, "tt-t"), looked(2, "ttt"), looked(3, "t")])
    steps = [Operation(Act.ASK_RESCAN, refs("1:2")), Operation(Act.RESCAN, refs("1:2"), to=PageRef(3, 1))]
    made = plan(again, steps)
    assert documents(made) == ["1:1 3:1", "1:4", "2:1 2:2 2:3"]
    old = made.page(PageRef(1, 2))
    assert (old.state, old.replaced_by) == (PageState.REPLACED, PageRef(3, 1))
    assert made.touched == {1, 3}


def test_a_first_page_scanned_again_begins_its_document(begun: Plan) -> None:
    again = initial([looked(1, "tt-t"), looked(2, "ttt"), looked(3, "t")])
    made = done(again, Act.RESCAN, "2:1", to=PageRef(3, 1))
    assert documents(made) == ["1:1 1:2", "1:4", "3:1 2:2 2:3"]


def test_a_rescan_that_is_still_to_come_waits_for_it(begun: Plan) -> None:
    step = Operation(Act.RESCAN, refs("1:2"), to=PageRef(3, 1))
    assert [page.ref for page in plan(begun, [step]).awaiting] == [PageRef(1, 2)]
    later = initial([looked(1, "tt-t"), looked(2, "ttt"), looked(3, "t")])
    assert documents(plan(later, [step]))[0] == "1:1 3:1"


def test_a_cover_gives_its_document_what_it_says() -> None:
    begun = initial([looked(1, "tcbt-t")])
    assert [document.code for document in begun.documents] == ["", "bìa 2", ""]
    assert done(begun, Act.BIN, "1:2").touched == {1}
    joined = done(begun, Act.JOIN, "1:4")
    assert [document.code for document in joined.documents] == ["", ""], "a cover inside a document says nothing"


def test_a_signed_file_is_read_whole_or_not_at_all(begun: Plan) -> None:
    for act, pages in ((Act.ROTATE, "2:1"), (Act.SPLIT, "2:2"), (Act.BIN, "2:2"), (Act.JOIN, "2:1")):
        with pytest.raises(MisfitError) as error:
            signed.refuse(done(begun, act, pages, degrees=90 if act is Act.ROTATE else 0), [2])
        assert error.value.misfit is Misfit.SIGNED
    signed.refuse(done(begun, Act.BIN, "2:1 2:2 2:3"), [2])
    signed.refuse(done(begun, Act.ROTATE, "1:1", degrees=90), [2])


def test_what_was_broken_before_keeps_nothing_from_being_done(begun: Plan) -> None:
    """Nobody touched it: it came in the place of a page of a longer document, and was seen to be signed after that."""
    before = done(done(begun, Act.MOVE, "2:2", to=PageRef(1, 1)), Act.ROTATE, "1:4", degrees=90)
    after = done(before, Act.ROTATE, "1:1", degrees=90)
    signed.refuse(after, [2], before)
    with pytest.raises(MisfitError):
        signed.refuse(after, [2, 1], begun)


def test_what_a_cover_in_the_file_before_says_goes_beside_a_signed_file() -> None:
    """Only where the file is one document without a cover of its own: all its documents get what is said beside it."""
    plain = initial([looked(1, "tc"), looked(2, "tt"), looked(3, "t")])
    assert plain.touched == {2} and signed.codes_beside(plain, [2, 3]) == {2: "bìa 2"}
    assert signed.broken(plain, [2, 3]) == ()
    for second in ("t-t", "ctct"):
        several = initial([looked(1, "tc"), looked(2, second)])
        told = signed.broken(several, [2])
        assert (signed.codes_beside(several, [2]), [str(p.ref) for p in told]) == (
            {},
            ["2:1"] if second[0] == "t" else [],
        )
    turned = done(plain, Act.ROTATE, "2:2", degrees=90)
    assert [str(page.ref) for page in signed.broken(turned, [2])] == ["2:1"]


def test_names_of_pages_that_are_none_are_refused() -> None:
    for text in ("", ":", "1", "1:", ":2", "1:2:3", "-1:2", "１:2", "1:x", "9" * 50 + ":1"):
        with pytest.raises(MisfitError):
            PageRef.of(text)


@st.composite
def batches_and_steps(draw: st.DrawFn) -> tuple[Plan, list[Operation]]:
    stacks = draw(st.lists(st.text("ttb-c", min_size=1, max_size=6), min_size=1, max_size=4))
    begun = initial([looked(number, stack) for number, stack in enumerate(stacks, start=1)])
    page = st.sampled_from([page.ref for page in begun.pages])
    step = st.builds(
        Operation,
        act=st.sampled_from(Act),
        pages=st.lists(page, min_size=1, max_size=4).map(tuple),
        degrees=st.sampled_from((0, 90, 180, -90)),
        kind=st.sampled_from(PageKind),
        to=page,
        after=st.booleans(),
        apart=st.booleans(),
    )
    return begun, draw(st.lists(step, max_size=12))


@given(batches_and_steps())
def test_whatever_is_done_no_page_is_lost_or_doubled(made: tuple[Plan, list[Operation]]) -> None:
    begun, steps = made
    after = plan(begun, steps)
    read = [page for document in after.documents for page in document.pages]
    assert sorted(page.ref for page in [*read, *after.loose]) == sorted(page.ref for page in begun.pages)
    assert sorted(page.ref for page in after.pages) == sorted(page.ref for page in begun.pages)
    for page in after.pages:
        if page.state is PageState.REPLACED:
            assert page.replaced_by is not None and page.replaced_by in after.where


@given(batches_and_steps())
def test_one_by_one_or_all_at_once_comes_to_the_same(made: tuple[Plan, list[Operation]]) -> None:
    begun, steps = made
    kept, current = [], begun
    for step in steps:
        try:
            current = apply(current, step)
        except MisfitError:
            continue
        kept.append(step)
    assert plan(begun, kept) == current
    assert plan(begun, kept).touched == current.touched


@given(batches_and_steps())
def test_what_is_untouched_lies_as_it_came(made: tuple[Plan, list[Operation]]) -> None:
    begun, steps = made
    after = plan(begun, steps)
    for scan in {page.ref.scan for page in begun.pages} - after.touched:
        own = [d for d in after.documents if any(page.ref.scan == scan for page in d.pages)]
        was = [d for d in begun.documents if any(page.ref.scan == scan for page in d.pages)]
        lie, lay = ([[(p.ref, p.rotation, p.kind) for p in d.pages] for d in of] for of in (own, was))
        assert sorted(lie) == sorted(lay), "in whatever order: each is a document of its own"


def test_a_thousand_steps_on_five_thousand_pages_take_no_time() -> None:
    from time import process_time

    begun = initial([looked(number, "tb-tt") for number in range(1, 1001)])
    steps = [Operation(Act.ROTATE, (PageRef(n, 1),), degrees=90) for n in range(1, 501)]
    steps += [Operation(Act.MOVE, (PageRef(n, 4),), to=PageRef(n + 1, 1)) for n in range(1, 500)]
    before = process_time()
    made = plan(begun, steps)
    assert len(made.documents) > 1000 and made.touched
    assert process_time() - before < 4.0
