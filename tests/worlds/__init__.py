"""The worlds that tests are about: one file one world, or one strategy that draws worlds.

| module | what it holds | use it for |
|---|---|---|
| `plain` | builders of cells and records without any events but those stated | records of one test's own |
| `leap_day` | three records of two cells, two of them on a leap day | the smallest history, counted by hand |
| `drawn_histories` | hypothesis: histories with late, corrected and withdrawn records, open states, gaps, changing cells | rules of records and features |
| `every_feature` | one feature of every class, over the kinds of the drawn histories | rules that all features keep |
| `grid` | thirty cells in a grid, the same kinds as the drawn histories | engines: designs in blocks, in processes, on a cluster |
| `police_table` | a project of two cells and one police table in a folder, rewritten by each test | ingest and everything stored |
| `drawn_rows` | hypothesis: rows of that table, good and faulty, and what must become of them | rules of ingest |
| `row_origins` | the same rows as a file, a database, a portal or a data frame gives them | kinds of sources |
| `two_towns` | 24 cells in a row in two towns, two years of daily records | forecasters and backtests |
| `three_families` | 36 cells in villages and towns, three families of daily records, planted events | joint judgement |
| `quick_forecasters` | every forecaster with quick settings, and an experiment on the two towns | rules that all forecasters keep |
| `other_future` | a history that differs only from a day on | results must not depend on the future |
| `made_results` | backtest results that need no fit | evaluation and reports |
| `listed_county` | places, scores, explanations and lists with Chinese names, and no history | policy, reasons, lists, formats |
| `hamlet` | a project of four cells in a folder | commands and project files |
| `town` | a project of 60 cells with a champion and nights | nights, registry, ledger, delivery, answers |
| `simulated_county` | the repository's project on a simulated county of 120 cells | the project as it is delivered |
| `open_examples` | the example projects with their open data ingested | real data |

Fixtures that make them stand in the ``conftest.py`` of the tests that use them. Oracles, which compute what is expected the slow
way, stand in :mod:`tests.oracles`.
"""
