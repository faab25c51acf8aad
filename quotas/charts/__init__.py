"""Charts: frozen records with their texts → SVG or PNG, drawn on the server by altair and vl-convert in a process of
their own, which needs no network and no Django.

`records` says what can be drawn, `drawing` draws it; `specs` and `child` live in the drawing process.
"""
