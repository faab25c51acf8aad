"""From a printed page to its scan: paper, bleed-through, dirt, scanner, copier or phone.

Images are arrays of bytes, BGR or gray; in between of 32-bit floats from 0 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[Any]
Floats = NDArray[Any]


@dataclass(frozen=True)
class Profile:
    """How a paper became an image. Strengths are ranges that a page's own is drawn from."""

    name: str
    dpi: tuple[int, ...]
    skew: float
    """Degrees to either side, at most."""
    blur: tuple[float, float]
    """Sigma in pixels at 200 dpi."""
    noise: tuple[float, float]
    """Standard deviation, of 255."""
    paper: tuple[tuple[int, int, int], ...]
    """Colours of the paper, blue first."""
    quality: tuple[int, int]
    """Of the JPEG."""
    fade: tuple[float, float] = (0.0, 0.1)
    """How far ink has gone toward the paper."""
    bleed: float = 0.0
    """How much of another page shines through, at most."""
    dirt: int = 0
    """Stains and folds, at most."""
    gray: float = 0.0
    """Share of scans without colour."""


PROFILES = (
    Profile("clean", (300, 200), 0.3, (0.3, 0.5), (1, 2.5), ((252, 253, 253),), (80, 90)),
    Profile(
        name="typical",
        dpi=(200, 300, 200),
        skew=1.2,
        blur=(0.5, 0.8),
        noise=(2, 5),
        paper=((240, 244, 246), (248, 248, 248), (235, 242, 240)),
        quality=(62, 82),
        bleed=0.06,
        gray=0.3,
    ),
    Profile(
        name="aged",
        dpi=(200, 300),
        skew=2.0,
        blur=(0.6, 0.9),
        noise=(4, 7),
        paper=((186, 214, 226), (200, 222, 232), (176, 200, 206)),
        quality=(55, 75),
        fade=(0.1, 0.4),
        bleed=0.16,
        dirt=4,
        gray=0.2,
    ),
    Profile("phone", (220,), 1.5, (0.6, 1.0), (3, 6), ((222, 232, 236), (214, 222, 222)), (60, 80), dirt=1),
    Profile(
        name="copy",
        dpi=(200, 300),
        skew=1.6,
        blur=(0.5, 0.9),
        noise=(8, 16),
        paper=((250, 250, 250),),
        quality=(80, 90),
        fade=(0.0, 0.15),
        bleed=0.08,
        dirt=1,
        gray=1.0,
    ),
)


def age(page: Image, other: Image, profile: Profile, lots: np.random.Generator) -> Image:
    """The scan of a `page` (BGR, upright) that has `other` on its back; gray (two dimensions) where colour was lost."""
    height, width = page.shape[:2]
    scale = height / (11.69 * 200)
    ink = page.astype(np.float32) / 255
    ink = 1 - (1 - ink) * (1 - lots.uniform(*profile.fade) * _cloud(height, width, 6, lots)[..., None])
    shines = cv2.GaussianBlur(cv2.flip(cv2.resize(other, (width, height)), 1), (0, 0), 2.2 * scale)
    through = lots.uniform(0.3, 1) * profile.bleed
    sheet = _sheet(height, width, profile, lots)
    scan: Floats = sheet * ink * (1 - through * (1 - shines.astype(np.float32) / 255))
    scan = _turn(scan, lots.uniform(-profile.skew, profile.skew), lots)
    if profile.name == "phone":
        scan = _photographed(scan, lots)
    sigma = lots.uniform(*profile.blur) * scale
    scan = cv2.GaussianBlur(scan, (0, 0), sigma)
    scan += lots.normal(0, lots.uniform(*profile.noise) / 255, scan.shape).astype(np.float32)
    pixels = (scan.clip(0, 1) * 255).astype(np.uint8)
    if profile.name == "copy":
        return _copied(pixels, lots)
    return cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY) if lots.random() < profile.gray else pixels


def _cloud(height: int, width: int, cells: int, lots: np.random.Generator) -> Floats:
    """Soft noise from 0 to 1, with about so many humps down the page."""
    coarse = lots.random((cells * 2, cells)).astype(np.float32)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC).clip(0, 1)


def _sheet(height: int, width: int, profile: Profile, lots: np.random.Generator) -> Floats:
    colour = np.array(profile.paper[lots.integers(len(profile.paper))], np.float32) / 255
    sheet = np.ones((height, width, 3), np.float32) * colour
    if profile.dirt:
        grain = _cloud(height, width, 40, lots) * 0.5 + _cloud(height, width, 5, lots) * 0.5
        sheet *= (0.9 + 0.1 * grain)[..., None]
    for _ in range(lots.integers(profile.dirt + 1)):
        _stain(sheet, lots) if lots.random() < 0.5 else _fold(sheet, lots)
    return sheet


def _stain(sheet: Floats, lots: np.random.Generator) -> None:
    height, width = sheet.shape[:2]
    centre = (int(lots.uniform(0, width)), int(lots.uniform(0, height)))
    mask = np.zeros((height, width), np.float32)
    axes = (int(width * lots.uniform(0.04, 0.16)), int(width * lots.uniform(0.04, 0.2)))
    cv2.ellipse(mask, centre, axes, lots.uniform(0, 180), 0, 360, 1.0, -1)
    mask = cv2.GaussianBlur(mask, (0, 0), width / 60) * float(lots.uniform(0.4, 1))
    sheet *= 1 - mask[..., None] * np.array([0.34, 0.2, 0.12], np.float32)


def _fold(sheet: Floats, lots: np.random.Generator) -> None:
    height, width = sheet.shape[:2]
    row = int(height * lots.uniform(0.2, 0.8))
    line = np.zeros((height, width), np.float32)
    cv2.line(line, (0, row), (width, row + int(lots.integers(-12, 13))), 1.0, max(1, height // 1100))
    sheet *= 1 - 0.22 * cv2.GaussianBlur(line, (0, 0), height / 1600)[..., None]


def _turn(scan: Floats, degrees: float, lots: np.random.Generator) -> Floats:
    """Turned, with the rim of the glass where the paper is not."""
    height, width = scan.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    rim = [float(lots.choice([0.98, 0.9, 0.3]))] * 3
    return cv2.warpAffine(scan, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=rim)


def _photographed(scan: Floats, lots: np.random.Generator) -> Floats:
    """From a phone: not quite from above, a table around it, light from one side, a shadow."""
    height, width = scan.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    inward = lots.uniform(0.005, 0.028, (4, 2)) * [width, height] * np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])
    matrix = cv2.getPerspectiveTransform(corners, (corners + inward).astype(np.float32))
    table = [float(x) for x in lots.uniform(0.15, 0.5, 3)]
    scan = cv2.warpPerspective(scan, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=table)
    across, down = np.meshgrid(
        np.linspace(-1, 1, width, dtype=np.float32), np.linspace(-1, 1, height, dtype=np.float32)
    )
    direction = lots.uniform(0, 2 * np.pi)
    light = 0.88 + 0.12 * (across * np.cos(direction) + down * np.sin(direction)).astype(np.float32)
    edge = (across * np.sin(direction) - down * np.cos(direction) - lots.uniform(0.1, 0.7)) * 9
    shadow = 1 - lots.uniform(0.1, 0.3) / (1 + np.exp(-edge))
    lit: Floats = scan * (light * shadow).astype(np.float32)[..., None]
    return lit


def _copied(pixels: Image, lots: np.random.Generator) -> Image:
    """Black and white as a copier leaves it: a threshold of its own, specks, a dark edge."""
    gray: Any = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    width = gray.shape[1]
    bilevel = np.where(gray > lots.integers(135, 185), 255, 0).astype(np.uint8)
    specks = lots.random(gray.shape) < lots.uniform(0.0001, 0.0012)
    bilevel[specks] = 0
    if lots.random() < 0.4:
        edge = int(width * lots.uniform(0.005, 0.014))
        bilevel[:, :edge] = 0
    return bilevel
