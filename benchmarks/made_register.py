"""A made-up register of a province, with damage as decades of offices leave it, and the results that digitizing makes
of the same papers. Seeded; nothing of the matcher is used in here.

Names are drawn as they are spread in Viet Nam: a dozen family names make four fifths of the people, so thousands share
a full name. People hold several papers; a few get two on one day with the next number.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

_FAMILY = {
    "Nguyễn": 314, "Trần": 110, "Lê": 95, "Phạm": 71, "Hoàng": 26, "Huỳnh": 25, "Phan": 45, "Vũ": 20, "Võ": 19,
    "Đặng": 21, "Bùi": 20, "Đỗ": 14, "Hồ": 13, "Ngô": 13, "Dương": 10, "Lý": 5, "Đinh": 9, "Trương": 9, "Lâm": 6,
    "Đoàn": 7, "Mai": 6, "Trịnh": 6, "Cao": 5, "Hà": 5, "Thái": 4, "Lương": 4, "Châu": 3, "Tạ": 3, "Thạch": 3, "Sơn": 2,
}  # fmt: skip
_MIDDLE = (
    {
        "Văn": 40, "Hữu": 8, "Minh": 7, "Thanh": 7, "Đức": 5, "Quốc": 6, "Hoàng": 6, "Ngọc": 4, "Xuân": 3, "Công": 3,
        "Tấn": 3,
    },
    {
        "Thị": 55, "Thị Ngọc": 6, "Thị Kim": 6, "Thị Thanh": 5, "Thị Mỹ": 4, "Ngọc": 5, "Thị Bích": 3, "Kim": 3,
        "Thúy": 2,
    },
)  # fmt: skip
_GIVEN = (
    "Hùng Dũng Tuấn Minh Hải Tâm Thành Long Phúc Nam Sơn Bình Hòa Tùng Cường Đức Hiếu Khánh Thắng Trung Vinh Tài Lộc "
    "Phong Quang Tân An Bảo Đạt Giàu Hậu Khoa Kiệt Lâm Linh Lợi Mạnh Nghĩa Nhân Phát Quân Quý Sang Tín Toàn "
    "Trí Trọng Vũ Ý Út "
    "Em",
    "Lan Hương Hoa Mai Hạnh Nga Thủy Hồng Phương Thảo Yến Dung Hằng Liên Loan Ngọc Trang Trinh Tuyết Vân Anh Ánh Bích "
    "Châu Chi Cúc Diễm Đào Giang Hà Hân Huệ Khuê Lệ Linh Ly My Mỹ Ngân Nhi Nhung Như Oanh Quyên Tâm Thắm Thu "
    "Tiên Trâm Xuân",
)
_LETTERS = "abcdeghiklmnopqrstuvxyàáảãạăâđèéêìíòóôơùúưỳý"
_OLD, _NEW = 140, 60


@dataclass(frozen=True)
class Kind:
    """A type of document."""

    name: str
    letters: str
    weight: int
    holders: int
    ids: bool
    """Whether identity numbers stand on it."""
    book: str = ""
    """Letters of its number in the book of certificates; empty: none."""


KINDS = (
    Kind("Giấy khai sinh", "", 24, 1, False),
    Kind("Giấy chứng nhận kết hôn", "", 15, 2, True),
    Kind("Trích lục khai tử", "TLKT-BS", 9, 1, False),
    Kind("Giấy xác nhận tình trạng hôn nhân", "UBND-XNTTHN", 15, 1, True),
    Kind("Giấy chứng nhận quyền sử dụng đất", "", 15, 2, True, "CH"),
    Kind("Giấy phép xây dựng", "GPXD", 10, 1, True),
    Kind("Quyết định trợ cấp xã hội hàng tháng", "QĐ-UBND", 12, 1, True),
)


@dataclass(frozen=True)
class Rates:
    """How often what is damaged. The first seven are those of the goal."""

    accents: float = 0.10
    character: float = 0.15
    swapped: float = 0.03
    no_number: float = 0.08
    no_id: float = 0.30
    other_unit: float = 0.20
    twins: float = 0.02
    unlisted: float = 0.10
    several: float = 0.15
    """Lines of somebody who holds another one in the same commune."""
    sequels: float = 0.003
    """Lines that are the next number for the same person on the same day."""
    by_hand: float = 0.40
    """Numbers that were written by hand; all of them are under review."""
    misread: float = 0.50
    """Of these: wrong."""
    unread: float = 0.15
    """Of these: nothing was read."""
    name_slip: float = 0.03
    no_name: float = 0.01
    wrong_name: float = 0.005
    """Somebody else who stands on the paper."""
    day_doubted: float = 0.08
    """Days under review; half of them wrong."""
    no_day: float = 0.03
    day_wrong: float = 0.003
    """Wrong without anybody noticing; numbers as well."""
    id_slip: float = 0.02
    id_unread: float = 0.05


WORSE = Rates(
    accents=0.20, character=0.25, swapped=0.06, no_number=0.15, no_id=0.45, other_unit=0.30, twins=0.04, unlisted=0.20,
    several=0.25, sequels=0.01, by_hand=0.60, misread=0.60, name_slip=0.06, day_doubted=0.15, no_day=0.05,
)  # fmt: skip
"""A register in a worse state, read worse: to show that nothing is fitted to `Rates()`."""


@dataclass(frozen=True)
class MadePaper:
    """A paper as it truly is."""

    unit: int
    """Of the old units, from 0."""
    kind: Kind
    number: int
    day: date
    holders: tuple[tuple[str, str], ...]
    """Name and identity number."""
    book: str = ""

    @property
    def number_text(self) -> str:
        """As it is written: ``12/2019`` or ``12/GPXD``."""
        return f"{self.number}/{self.kind.letters or self.day.year}"


@dataclass(frozen=True)
class MadeLine:
    """What the register says of it."""

    unit: str
    number: str
    book: str
    kind: str
    day: date
    holders: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class MadeResult:
    """What digitizing made of it."""

    unit: str
    values: Mapping[str, str]
    doubted: frozenset[str]
    line: int | None
    """Place of its line in the register; None: it is in none."""
    truth: MadePaper = field(compare=False)


@dataclass(frozen=True)
class MadeRegister:
    """The register and the results."""

    lines: tuple[MadeLine, ...]
    results: tuple[MadeResult, ...]


def old_unit(place: int) -> str:
    """Code of a commune that ended."""
    return f"H61.{place:03}"


def new_unit(place: int) -> str:
    """Code of the commune that came after it: several old ones became one."""
    return f"H61.N{place % _NEW:02}"


def old_units() -> range:
    """Places of the old units."""
    return range(_OLD)


def make(lines: int, results: int, seed: int, rates: Rates | None = None) -> MadeRegister:
    """A register of `lines` lines and `results` results, of which some are in it."""
    rates, dice = rates or Rates(), random.Random(seed)
    papers = list(_papers(lines + round(results * rates.unlisted), dice, rates))
    chosen = dice.sample(range(len(papers)), results)
    hidden = set(chosen[: len(papers) - lines])
    listed: dict[int, int] = {}
    made: list[MadeLine] = []
    for place, paper in enumerate(papers):
        if place not in hidden:
            listed[place] = len(made)
            made.append(_line(paper, dice, rates))
    dice.shuffle(chosen)
    return MadeRegister(tuple(made), tuple(_result(papers[one], listed.get(one), dice, rates) for one in chosen))


def _papers(count: int, dice: random.Random, rates: Rates) -> Iterator[MadePaper]:
    numbers: dict[tuple[int, str, int], int] = {}
    people: dict[int, list[tuple[str, str, int]]] = {}
    last: MadePaper | None = None
    for _ in range(count):
        if last is not None and dice.random() < rates.sequels:
            unit, kind, day, holders = last.unit, last.kind, last.day, last.holders
        else:
            unit, kind = dice.randrange(_OLD), dice.choices(KINDS, [kind.weight for kind in KINDS])[0]
            day = _working_day(dice)
            known = people.setdefault(unit, [])
            holders = tuple(_person(known, day, dice, rates) for _ in range(_holders(kind, dice)))
        key = (unit, kind.name, day.year)
        numbers[key] = numbers.get(key, 0) + dice.choice((1, 1, 1, 2))
        book = f"{kind.book}{dice.randrange(1, 90_000):05}" if kind.book else ""
        last = MadePaper(unit, kind, numbers[key], day, holders, book)
        yield last


def _holders(kind: Kind, dice: random.Random) -> int:
    return kind.holders if kind.holders == 1 or kind.name.endswith("kết hôn") else dice.choice((1, 2))


def _working_day(dice: random.Random) -> date:
    day = date(2008, 1, 1) + timedelta(days=round(dice.betavariate(2.2, 1.4) * 6300))
    return day - timedelta(days=max(0, day.weekday() - 4))


def _person(known: list[tuple[str, str, int]], day: date, dice: random.Random, rates: Rates) -> tuple[str, str]:
    """Somebody new, somebody who holds a paper already, or a namesake of theirs."""
    lot = dice.random()
    if known and lot < rates.several:
        name, id, _sex = dice.choice(known)
        return name, id
    sex = dice.randrange(2)
    name = f"{_drawn(_FAMILY, dice)} {_drawn(_MIDDLE[sex], dice)} {_given(sex, dice)}"
    if known and lot > 1 - rates.twins:
        name, _id, sex = dice.choice(known)
    if day.year < 2016:
        id = f"{dice.randrange(200_000_000, 399_999_999)}"
    else:
        id = f"0{dice.choice((84, 86, 87, 89))}{sex}{dice.randrange(50, 99):02}{dice.randrange(10**6):06}"
    known.append((name, id, sex))
    return name, id


def _drawn(weights: Mapping[str, int], dice: random.Random) -> str:
    return dice.choices(list(weights), list(weights.values()))[0]


def _given(sex: int, dice: random.Random) -> str:
    names = _GIVEN[sex].split()
    return dice.choices(names, [1 / (place + 4) for place in range(len(names))])[0]


def _line(paper: MadePaper, dice: random.Random, rates: Rates) -> MadeLine:
    """The paper as the register has it."""
    day = paper.day
    may_swap = day.day <= 12 and day.day != day.month
    if may_swap and dice.random() < rates.swapped / 0.37:  # so many days can be swapped at all
        day = date(day.year, day.day, day.month)
    number = "" if dice.random() < rates.no_number else dice.choice((paper.number_text, str(paper.number)))
    holders = tuple(_written(name, id, dice, rates) for name, id in paper.holders)
    unit = new_unit(paper.unit) if dice.random() < rates.other_unit else old_unit(paper.unit)
    kind = paper.kind.name if dice.random() > 0.05 else {"Giấy chứng nhận quyền sử dụng đất": "GCN QSDĐ"}.get(
        paper.kind.name, ""
    )  # fmt: skip
    return MadeLine(unit, number, paper.book if dice.random() < 0.5 else "", kind, day, holders)


def _written(name: str, id: str, dice: random.Random, rates: Rates) -> tuple[str, str]:
    if dice.random() < rates.character:
        name = _slipped(name, dice)
    if dice.random() < rates.accents:
        name = without_accents(name)
    return name, "" if dice.random() < rates.no_id else id


def _result(paper: MadePaper, line: int | None, dice: random.Random, rates: Rates) -> MadeResult:
    """The paper as it was digitized."""
    values = {"document_type": paper.kind.name, "number": paper.number_text, "issue_date": paper.day.isoformat()}
    doubted: set[str] = set()
    _numbered(paper, values, doubted, dice, rates)
    _dated(paper, values, doubted, dice, rates)
    for (name, id), where in zip(paper.holders, ("holder", "co_holder"), strict=False):
        values[where] = name
        if dice.random() < rates.name_slip:
            values[where] = _slipped(name, dice)
            doubted |= {where} if dice.random() < 0.5 else set()
        if dice.random() < rates.no_name:
            values[where] = ""
            doubted.add(where)
        if paper.kind.ids and dice.random() > rates.id_unread:
            values[f"{where}_id"] = id
            if dice.random() < rates.id_slip:
                values[f"{where}_id"] = _misread(id, dice)
                doubted |= {f"{where}_id"} if dice.random() < 0.7 else set()
    if dice.random() < rates.wrong_name:
        values["holder"] = f"{_drawn(_FAMILY, dice)} {_drawn(_MIDDLE[0], dice)} {_given(0, dice)}"
    if paper.book and dice.random() < 0.3:
        values["register_number"] = paper.book
    if dice.random() < 0.02:
        values["document_type"] = dice.choice(KINDS).name
    unit = new_unit(paper.unit) if dice.random() < 0.1 else old_unit(paper.unit)
    return MadeResult(unit, values, frozenset(doubted), line, paper)


def _numbered(paper: MadePaper, values: dict[str, str], doubted: set[str], dice: random.Random, rates: Rates) -> None:
    rest = values["number"].partition("/")[2]
    if dice.random() < rates.by_hand:
        doubted.add("number")
        lot = dice.random()
        if lot < rates.unread:
            values["number"] = ""
        elif lot < rates.unread + rates.misread:
            values["number"] = f"{_misread(str(paper.number), dice)}/{rest}"
    elif dice.random() < rates.day_wrong:
        values["number"] = f"{_misread(str(paper.number), dice)}/{rest}"


def _dated(paper: MadePaper, values: dict[str, str], doubted: set[str], dice: random.Random, rates: Rates) -> None:
    lot = dice.random()
    if lot < rates.no_day:
        values["issue_date"] = ""
        doubted.add("issue_date")
    elif lot < rates.no_day + rates.day_doubted:
        doubted.add("issue_date")
        if dice.random() < 0.5:
            values["issue_date"] = _other_day(paper.day, dice).isoformat()
    elif lot > 1 - rates.day_wrong:
        values["issue_date"] = _other_day(paper.day, dice).isoformat()


def _other_day(day: date, dice: random.Random) -> date:
    """A day as it is misread: another figure of the day or the month."""
    if dice.random() < 0.6:
        return day.replace(day=dice.choice([one for one in range(1, 29) if one != day.day]))
    return day.replace(day=min(day.day, 28), month=dice.choice([one for one in range(1, 13) if one != day.month]))


def _misread(figures: str, dice: random.Random) -> str:
    """Plausible wrong figures, as of handwriting: 299 for 899, 4235 for 1595."""
    places = dice.sample(range(len(figures)), min(len(figures), dice.choice((1, 1, 2))))
    found = list(figures)
    for place in places:
        found[place] = dice.choice([one for one in "123456789" if one != found[place]])
    return "".join(found)


def _slipped(name: str, dice: random.Random) -> str:
    """One letter is another one."""
    places = [place for place, letter in enumerate(name) if letter != " "]
    place = dice.choice(places)
    letter = dice.choice([one for one in _LETTERS if one != name[place].lower()])
    return name[:place] + (letter.upper() if name[place].isupper() else letter) + name[place + 1 :]


def without_accents(text: str) -> str:
    """As typed on a machine without Vietnamese."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return bare.replace("đ", "d").replace("Đ", "D")
