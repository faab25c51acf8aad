"""What a check finds, as lines for people who read English (the pages have their own, in both languages)."""

from __future__ import annotations

from collections.abc import Mapping

from reuse.records import Found

LINES: Mapping[Found, str] = {
    Found.NO_RESULT: "there is no such result",
    Found.DOSSIER: "the dossier's code is none (like H61.12.3-230420-0001)",
    Found.PROCEDURE: "the procedure's code is none (like 1.004873)",
    Found.USED_ALREADY: "this dossier has this result already",
    Found.REVOKED: "the result was revoked",
    Found.REPLACED: "the result was replaced by another one",
    Found.NOT_YET: "the result is not valid yet on that day",
    Found.EXPIRED: "the result has expired",
    Found.VALIDITY_UNKNOWN: "nobody knows whether the result is valid on that day",
    Found.IN_REVIEW: "a person must still look at a field of the result",
    Found.NO_HOLDER: "nobody knows whom the result was granted to",
    Found.OTHER_NAME: "the person in the dossier has another name than the holder of the result",
    Found.OTHER_ID: "the person in the dossier has another identity number than the holder of the result",
    Found.NO_PERSON: "the person in the dossier is not named",
}
