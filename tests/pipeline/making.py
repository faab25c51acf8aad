"""Files made for tests: printed pages as images, PDFs of every kind, and files made to break things."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from pipeline import intake
from pipeline.records import Scan

A4 = (1654, 2339)
"""Pixels at 200 dpi."""
TEXT = (
    "ỦY BAN NHÂN DÂN HUYỆN LAI VUNG",
    "Số: 1234/QĐ-UBND",
    "QUYẾT ĐỊNH",
    "Về việc cấp giấy phép xây dựng cho ông Nguyễn Văn Tèo",
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015",
    "Theo đề nghị của Trưởng phòng Kinh tế và Hạ tầng huyện",
    "Điều 1. Cấp giấy phép xây dựng nhà ở riêng lẻ cho ông Nguyễn Văn Tèo",
    "Điều 2. Quyết định này có hiệu lực kể từ ngày ký",
)
FONTS = (
    "/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf",
    "/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
)


def font(size: int) -> ImageFont.FreeTypeFont:
    path = next(f for f in FONTS if Path(f).exists())
    return ImageFont.truetype(path, size)


def paper(size: tuple[int, int] = A4, colour: str = "white") -> Image.Image:
    return Image.new("RGB", size, colour)


def printed(lines: tuple[str, ...] = TEXT, size: tuple[int, int] = A4, points: int = 42) -> Image.Image:
    page = paper(size)
    draw = ImageDraw.Draw(page)
    for index, line in enumerate(lines):
        draw.text((200, 200 + index * int(points * 1.8)), line, fill="black", font=font(points))
    return page


def separator(text: str = "PATCHT", beside: tuple[str, ...] = ("SEPARATOR",)) -> Image.Image:
    page = printed(beside, points=30) if beside else paper()
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128)
    bars = Image.fromarray(zxingcpp.write_barcode_to_image(code, scale=4)).convert("RGB")
    page.paste(bars.resize((bars.width, 160), Image.Resampling.NEAREST), (500, 1200))
    return page


def jpeg(page: Image.Image, quality: int = 85, **options: object) -> bytes:
    out = io.BytesIO()
    page.save(out, "JPEG", quality=quality, dpi=options.pop("dpi", (200, 200)), **options)
    return out.getvalue()


def pdf_of(pages: list[Image.Image | bytes], to: Path, rotate: int = 0) -> Path:
    """A PDF whose pages are one JPEG each."""
    pdf = pikepdf.new()
    for page in pages:
        add_jpeg_page(pdf, page if isinstance(page, bytes) else jpeg(page), rotate)
    pdf.save(to)
    return to


def add_jpeg_page(pdf: pikepdf.Pdf, data: bytes, rotate: int = 0, dpi: float = 200) -> None:
    with Image.open(io.BytesIO(data)) as opened:
        (width, height), mode = opened.size, opened.mode
    page = pdf.add_blank_page(page_size=(width * 72 / dpi, height * 72 / dpi))
    space = {"L": pikepdf.Name.DeviceGray, "RGB": pikepdf.Name.DeviceRGB, "CMYK": pikepdf.Name.DeviceCMYK}[mode]
    image = pikepdf.Stream(pdf, data)
    image.stream_dict = pikepdf.Dictionary(
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=width,
        Height=height,
        ColorSpace=space,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )
    if mode == "CMYK":  # Pillow writes inverted values, as Photoshop does
        image.Decode = [1, 0] * 4
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=pdf.make_indirect(image)))
    box = [float(v) for v in page.MediaBox]
    page.Contents = pdf.make_stream(f"q {box[2]} 0 0 {box[3]} 0 0 cm /Im0 Do Q".encode())
    if rotate:
        page.Rotate = rotate


def raw_pdf(objects: dict[int, str], to: Path) -> Path:
    """A PDF of exactly these objects (number to text; 1 is the catalog), whatever they say."""
    data, offsets = bytearray(b"%PDF-1.4\n"), {}
    for number, text in objects.items():
        offsets[number] = len(data)
        data += f"{number} 0 obj\n{text}\nendobj\n".encode()
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n"
    table += "".join(f"{offsets[n]:010} 00000 n \n" for n in range(1, len(objects) + 1))
    end = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF\n"
    to.write_bytes(bytes(data) + (table + end).encode())
    return to


def scan_of(path: Path, work: Path) -> Scan:
    """The file through the real door."""
    return intake.inspect(path, path.name, intake.Limits(), work)
