"""From records to altair charts.

Colours are Okabe and Ito's ("Color Universal Design", 2008), of which only those are used that stand out from white by
3 : 1 and more; nothing is told by colour alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import altair as alt

from quotas.charts.numbers import number
from quotas.charts.records import (
    Bar,
    Bars,
    Chart,
    Columns,
    HeatMap,
    Intervals,
    Lines,
    Tally,
    Trend,
    labels,
    plain,
)

INK, SOFT, RULE = "#1d2733", "#55616e", "#d5dbe1"
BLUE, VERMILLION, GREEN, PURPLE = "#0072b2", "#d55e00", "#007f5f", "#b3568c"
"""Blue 5.2 : 1 on white, vermillion 3.9, green 5.0 and purple 4.5 (both darker than Okabe and Ito have them)."""
COLOURS = (BLUE, VERMILLION, GREEN, PURPLE, INK)
DASHES = ([1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [12, 4])
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross")
FONTS = "Be Vietnam Pro, Segoe UI, Noto Sans, Liberation Sans, DejaVu Sans, sans-serif"
_DAYS = {"vi": "%d/%m", "en": "%d %b"}
_NAMES = alt.Axis(ticks=False, domain=False, labelPadding=6)
_PERCENT = "datum.label + ' %'"
_ROOM = 1.2
"""How much longer than its longest bar an axis is, so that the number beside it has room."""


_FEW = 40
"""Points of a line that are drawn one by one."""


def spec(chart: Chart) -> dict[str, Any]:
    """A chart as Vega-Lite has it."""
    made: alt.LayerChart = _MAKERS[type(chart)](chart)
    width, height = chart.size
    sized = made.properties(width=width, height=height, autosize=alt.AutoSizeParams(type="fit", contains="padding"))
    return dict(_styled(sized).to_dict())


def _styled(chart: alt.LayerChart) -> alt.LayerChart:
    text = {"font": FONTS, "fontSize": 13}
    axis = {"labelColor": INK, "titleColor": INK, "gridColor": RULE, "domainColor": SOFT, "tickColor": SOFT}
    written = {"labelFont": FONTS, "labelFontSize": 13, "titleFont": FONTS, "titleFontSize": 13}
    made: alt.LayerChart = (
        chart.configure(font=FONTS, background="white", padding=6)
        .configure_axis(**axis, **written, titleFontWeight="normal", labelLimit=330)
        .configure_legend(**written, labelColor=INK, titleColor=INK, orient="top", titleLimit=0, labelLimit=300)
        .configure_view(stroke=None)
        .configure_text(**text, color=INK)
    )
    return made


def _data(rows: Sequence[Mapping[str, object]]) -> alt.Data:
    made: alt.Data = alt.Data(values=[dict(row) for row in rows])  # type: ignore[no-untyped-call]
    return made


def _layered(*layers: alt.Chart) -> alt.LayerChart:
    made = alt.layer(*layers)
    assert isinstance(made, alt.LayerChart)  # a layer of charts in facets would be something else
    return made


def _bars(chart: Bars) -> alt.LayerChart:
    names = labels(row.label for row in chart.rows)
    rows = [_bar_row(name, row, chart) for name, row in zip(names, chart.rows, strict=True)]
    longest = max([1.0, *(row.share or 0 for row in chart.rows), *(row.target or 0 for row in chart.rows)])
    y = alt.Y("name:N", sort=None, title=None, axis=_NAMES)
    x = alt.X(
        "share:Q",
        title=chart.axis,
        scale=alt.Scale(domain=[0, longest * _ROOM], nice=False),
        axis=alt.Axis(labelExpr=_PERCENT, tickCount=6),
    )
    kinds = [chart.reached, chart.missed, chart.target]
    colour = alt.Color(
        "kind:N",
        title=None,
        scale=alt.Scale(domain=kinds, range=[BLUE, VERMILLION, INK]),
        legend=alt.Legend(symbolType="square", symbolOpacity=1),
    )
    base = alt.Chart(_data(rows)).encode(y=y)
    aims = alt.Chart(_data([{"name": row["name"], "target": row["target"], "kind": chart.target} for row in rows]))
    return _layered(
        base.transform_filter("isValid(datum.share)").mark_bar(height=17, opacity=1).encode(x=x, color=colour),
        base.mark_text(align="right").encode(x=alt.datum(longest * _ROOM), text="text:N"),
        aims.transform_filter("isValid(datum.target)")
        .mark_tick(thickness=3, height=25, opacity=1)
        .encode(y=y, x=alt.X("target:Q", title=chart.axis), color=colour),
    )


def _bar_row(name: str, row: Bar, chart: Bars) -> dict[str, object]:
    if row.share is None:
        return {"name": name, "share": None, "target": row.target, "kind": chart.missed, "text": chart.nothing}
    reached = row.target is None or row.share >= row.target
    text = f"{number(row.share, chart.language, 2)} %"
    kind = chart.reached if reached else chart.missed
    return {"name": name, "share": row.share, "target": row.target, "kind": kind, "text": text}


def _days(first: date, last: date, language: str) -> alt.X:
    scale = alt.Scale(type="utc", domain=[first.isoformat(), last.isoformat()])
    axis = alt.Axis(format=_DAYS.get(language, _DAYS["en"]), tickCount=12, labelOverlap=True)
    return alt.X("day:T", title=None, scale=scale, axis=axis)


def _trend(chart: Trend) -> alt.LayerChart:
    x = _days(chart.first, chart.last, chart.language)
    known = [{"day": one.day.isoformat(), "share": one.share, "kind": chart.share_title} for one in chart.points]
    ahead = [{"day": a.day.isoformat(), "low": a.low, "high": a.high, "kind": chart.ahead_title} for a in chart.ahead]
    ends = [chart.first.isoformat(), chart.last.isoformat()] if chart.target is not None else []
    aim = [{"day": day, "share": chart.target, "kind": chart.target_title} for day in ends]
    highest = max([1.0, chart.target or 0, *(one.share for one in chart.points), *(one.high for one in chart.ahead)])
    y = alt.Y(
        "share:Q",
        title=chart.axis,
        scale=alt.Scale(domain=[0, min(100.0, highest * 1.1)], clamp=True),
        axis=alt.Axis(labelExpr=_PERCENT, tickCount=6),
    )
    kinds = [chart.share_title, *([chart.target_title] if aim else []), *([chart.ahead_title] if ahead else [])]
    colours = [BLUE, *([INK] if aim else []), *([SOFT] if ahead else [])]
    dashes = [[1, 0], *([[7, 4]] if aim else []), *([[2, 2]] if ahead else [])]
    key = alt.Legend(symbolType="stroke", symbolSize=500, symbolStrokeWidth=2)
    colour = alt.Color("kind:N", title=None, scale=alt.Scale(domain=kinds, range=colours), legend=key)
    dash = alt.StrokeDash("kind:N", title=None, scale=alt.Scale(domain=kinds, range=dashes), legend=key)
    layers = [
        alt.Chart(_data(ahead))
        .mark_area(fillOpacity=0.22, line=False)
        .encode(x=x, y=alt.Y("low:Q", title=chart.axis), y2="high:Q", fill=alt.value(SOFT)),
        alt.Chart(_data(ahead))
        .mark_line(strokeWidth=1.5)
        .encode(x=x, y=alt.Y("low:Q", title=chart.axis), color=colour, strokeDash=dash),
        alt.Chart(_data(ahead))
        .mark_line(strokeWidth=1.5)
        .encode(x=x, y=alt.Y("high:Q", title=chart.axis), color=colour, strokeDash=dash),
        alt.Chart(_data(aim)).mark_line(strokeWidth=2).encode(x=x, y=y, color=colour, strokeDash=dash),
        alt.Chart(_data(known))
        .mark_line(strokeWidth=2.5, point=alt.OverlayMarkDef(size=20) if len(known) < _FEW else False)
        .encode(x=x, y=y, color=colour, strokeDash=dash),
    ]
    return _layered(*layers[0 if ahead else 3 :])


def _heat_map(chart: HeatMap) -> alt.LayerChart:
    names = labels(label for label, _values in chart.rows)
    months = [plain(month) for month in chart.months]
    most = max([1, *(value or 0 for _label, values in chart.rows for value in values)])
    cells = [
        {
            "name": name,
            "month": month,
            "value": value,
            "text": "" if value is None else number(value, chart.language),
        }
        for name, (_label, values) in zip(names, chart.rows, strict=True)
        for month, value in zip(months, values, strict=True)
    ]
    shades = alt.Scale(domain=[0, most], range=["#f1f6f9", "#6ba6cb"], interpolate="lab")
    base = alt.Chart(_data(cells)).encode(
        x=alt.X("month:N", sort=None, title=None, axis=alt.Axis(orient="top", labelAngle=0, ticks=False, domain=False)),
        y=alt.Y("name:N", sort=None, title=None, axis=_NAMES),
    )
    fill = alt.Color("value:Q", scale=shades, legend=None)
    return _layered(
        base.transform_filter("isValid(datum.value)").mark_rect(stroke="white", strokeWidth=2).encode(color=fill),
        base.mark_text(fontSize=12).encode(text="text:N"),
    )


def _lines(chart: Lines) -> alt.LayerChart:
    names = labels(line.label for line in chart.lines)
    rows = [
        {"day": day.isoformat(), "value": value, "kind": name}
        for name, line in zip(names, chart.lines, strict=True)
        for day, value in zip(chart.days, line.values, strict=True)
        if value is not None
    ]
    count = len(names)
    first, last = (chart.days[0], chart.days[-1]) if chart.days else (date.min, date.min)
    lines = alt.Chart(_data(rows)).encode(
        x=_days(first, last, chart.language),
        y=alt.Y("value:Q", title=chart.axis, axis=alt.Axis(format=",.0f", tickCount=6)),
        color=alt.Color("kind:N", title=None, scale=alt.Scale(domain=names, range=list(COLOURS[:count]))),
    )
    dash = alt.StrokeDash("kind:N", title=None, scale=alt.Scale(domain=names, range=list(DASHES[:count])))
    shape = alt.Shape("kind:N", title=None, scale=alt.Scale(domain=names, range=list(SHAPES[:count])))
    return _layered(
        lines.mark_line(strokeWidth=1.8).encode(strokeDash=dash),
        lines.mark_point(size=44, filled=True, opacity=1).encode(shape=shape),
    )


def _intervals(chart: Intervals) -> alt.LayerChart:
    names = labels(row.label for row in chart.rows)
    rows = [
        {
            "name": name,
            "rate": row.rate,
            "low": row.low,
            "high": row.high,
            "text": f"{number(row.rate, chart.language, 1)} %",
        }
        for name, row in zip(names, chart.rows, strict=True)
    ]
    highest = max([1.0, *(row.high for row in chart.rows)])
    y = alt.Y("name:N", sort=None, title=None, axis=_NAMES)
    scale = alt.Scale(domain=[0, highest * _ROOM], nice=False)
    axis = alt.Axis(labelExpr=_PERCENT, tickCount=6)
    base = alt.Chart(_data(rows)).encode(y=y)
    low, high = (alt.X(f"{name}:Q", title=chart.axis, scale=scale, axis=axis) for name in ("low", "high"))
    ends: dict[str, Any] = {"thickness": 2, "height": 14, "color": INK, "opacity": 1}
    return _layered(
        base.mark_rule(strokeWidth=2, color=INK).encode(x=low, x2="high:Q"),
        base.mark_tick(**ends).encode(x=low),
        base.mark_tick(**ends).encode(x=high),
        base.mark_point(filled=True, size=90, color=VERMILLION, shape="diamond", opacity=1).encode(
            x=alt.X("rate:Q", title=chart.axis, scale=scale, axis=axis)
        ),
        base.mark_text(align="left", dx=8).encode(
            x=alt.X("high:Q", title=chart.axis, scale=scale, axis=axis), text="text:N"
        ),
    )


def _columns(chart: Columns) -> alt.LayerChart:
    names = labels(label for label, _value in chart.rows)
    rows = [
        {"name": name, "value": value, "text": number(value, chart.language)}
        for name, (_label, value) in zip(names, chart.rows, strict=True)
    ]
    most = max([1, *(value for _label, value in chart.rows)])
    base = alt.Chart(_data(rows)).encode(
        x=alt.X("name:N", sort=None, title=chart.below, axis=alt.Axis(labelAngle=-45 if len(rows) > 12 else 0)),
        y=alt.Y(
            "value:Q",
            title=chart.axis,
            scale=alt.Scale(domain=[0, most * 1.1], nice=False),
            axis=alt.Axis(format=",.0f", tickCount=6, tickMinStep=1),
        ),
    )
    bars = base.mark_bar(color=BLUE)
    return (
        _layered(bars, base.mark_text(dy=-8, fontSize=11).encode(text="text:N")) if len(rows) <= 14 else _layered(bars)
    )


def _tally(chart: Tally) -> alt.LayerChart:
    names = labels(label for label, _value in chart.rows)
    rows = [
        {"name": name, "value": value, "text": number(value, chart.language)}
        for name, (_label, value) in zip(names, chart.rows, strict=True)
    ]
    most = max([1, *(value for _label, value in chart.rows)])
    base = alt.Chart(_data(rows)).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=_NAMES),
        x=alt.X(
            "value:Q",
            title=chart.axis,
            scale=alt.Scale(domain=[0, most * _ROOM], nice=False),
            axis=alt.Axis(format=",.0f", tickCount=6, tickMinStep=1),
        ),
    )
    return _layered(base.mark_bar(height=17, color=BLUE), base.mark_text(align="left", dx=6).encode(text="text:N"))


_MAKERS: Mapping[type, Callable[[Any], alt.LayerChart]] = {
    Bars: _bars,
    Trend: _trend,
    HeatMap: _heat_map,
    Lines: _lines,
    Intervals: _intervals,
    Columns: _columns,
    Tally: _tally,
}
