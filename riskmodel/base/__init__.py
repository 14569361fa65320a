"""What every floor stands on: errors, days, texts, files, the project file."""
