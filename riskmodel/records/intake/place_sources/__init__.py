"""The project's tables of places: cells, neighbours, groupings, successions and grids."""
