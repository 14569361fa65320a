"""Counts: distributions of counts and the block bootstrap, which every floor above needs."""
