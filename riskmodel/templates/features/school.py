"""School terms, from a table of the county.

Edit the table every summer from the notice of the education bureau (教育局校历); nothing else needs to change.

Each row is the first and the last day of a term. The rows below are typical dates, not any county's. Where the table ends the feature
is missing, and says so in 'riskmodel features'.
"""

from riskmodel.asof.vocabulary import SchoolTerm

TERMS = (
    ("2020-09-01", "2021-01-29"),
    ("2021-02-22", "2021-07-02"),
    ("2021-09-01", "2022-01-14"),
    ("2022-02-14", "2022-07-01"),
    ("2022-09-01", "2023-01-06"),
    ("2023-02-06", "2023-06-30"),
    ("2023-09-01", "2024-01-26"),
    ("2024-02-19", "2024-07-05"),
    ("2024-09-02", "2025-01-17"),
    ("2025-02-10", "2025-07-04"),
    ("2025-09-01", "2026-01-30"),
    ("2026-03-02", "2026-07-10"),
)

FEATURES = (SchoolTerm(TERMS, 28),)
