"""Made-up results of kinds and layouts that no rule of ours was written for, in the format of the development corpus.

`documents` draws what a paper says (a template a kind, ``templates/``), `browser` prints it, `paper` ages it,
`corpus` writes the folder. Everything follows from one seed.
"""
