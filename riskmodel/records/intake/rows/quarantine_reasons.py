"""Reasons for quarantine, and what to do about each."""

from __future__ import annotations

from riskmodel.records.intake.columns.whole_numbers import LARGEST

TOO_LATE = "known after the day of the ingest"
LARGEST_AMOUNT = 2**31 - 1
"""Largest amount of a record."""
AMOUNT_TOO_LARGE = "amount is too large"
HIDDEN_SIGNS = "hidden signs in the id"
WRONG_FIELDS = "wrong number of fields"
CONFLICT = "conflicting revision"
QUARANTINE_REASONS = (
    "",
    "unknown kind",
    "unknown cell",
    "unknown address",
    "unreadable coordinates",
    "outside all cells",
    "unreadable date",
    "unreadable known date",
    "unreadable end date",
    "amount is not a whole number",
    AMOUNT_TOO_LARGE,
    "negative amount",
    "unreadable revision",
    "no id",
    HIDDEN_SIGNS,
    TOO_LATE,
    "ends before it begins",
    WRONG_FIELDS,
    CONFLICT,
)
"""Why a row is quarantined; its number is the index. The first that applies is given."""

REMEDIES = {
    "unknown kind": "map it in the source's kinds",
    "unknown cell": "add the cell to the table of cells, or correct the export",
    "unknown address": "add the address to the register, or correct the export",
    "unreadable coordinates": "correct the export",
    "outside all cells": "check the reference system (crs), or leave them",
    "unreadable date": "correct the export, or the source's period",
    "unreadable known date": "correct the export",
    "unreadable end date": "correct the export",
    "amount is not a whole number": "map a column of whole numbers, or correct the export",
    AMOUNT_TOO_LARGE: f"give amounts of at most {LARGEST_AMOUNT:,}, in a larger unit",
    "negative amount": "correct the export",
    "unreadable revision": f"map a column of whole numbers from 0 to {LARGEST:,}, or correct the export",
    "no id": "map columns that identify a row",
    HIDDEN_SIGNS: "remove control and zero-width characters in the export",
    TOO_LATE: "nothing: a later ingest accepts them",
    "ends before it begins": "correct the export",
    WRONG_FIELDS: "correct the export",
    CONFLICT: "give a corrected row a higher revision",
}
"""Reason to what to do."""
