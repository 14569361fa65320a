"""Places, intake, the stored history and checks of it."""
