"""Foundations: errors, days, texts, files, locks, policy and the project file."""
