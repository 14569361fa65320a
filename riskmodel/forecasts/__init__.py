"""Forecasters, their evaluation, bundles and reports."""
