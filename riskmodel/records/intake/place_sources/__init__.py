"""Tables of cells, neighbours, successions and grids."""
