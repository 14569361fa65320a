"""The privacy door, which refuses personal data.

It refuses columns and values about persons and accounts, and free text.

The names of mapped columns are judged, and every value of the mapped columns. No message repeats a value. An id may look like a
telephone or identity number by chance: a value that is such a number and nothing else passes, as a hash, while most values of the
column are something else, and it is withheld wherever rows are shown or kept. One code in a hundred looks like a bank card number
or an old identity number of 15 digits by chance: such values are refused where nearly all of a column are.
"""

from riskmodel.base.personal_data import forbidden
from riskmodel.records.intake.privacy.forbidden_names import check_columns, is_forbidden_name, sql_names
from riskmodel.records.intake.privacy.value_check import PersonalColumnError, PersonalNamesError, check_values

__all__ = [
    "PersonalColumnError",
    "PersonalNamesError",
    "check_columns",
    "check_values",
    "forbidden",
    "is_forbidden_name",
    "sql_names",
]
