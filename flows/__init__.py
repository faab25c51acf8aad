"""Prefect flows, kept thin: take in a batch, resume it, rebuild the search index."""
