"""The privacy door: no persons, accounts or free text pass."""
