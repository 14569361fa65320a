"""Names of areas in languages whose adjectives stand behind: distrito policial."""

from __future__ import annotations

import re

_HEAD = re.compile(
    r"distrito|zona|barrio|comuna|colonia|municipio|delegacion|comisaria|alcaldia|localidad|parroquia|cuadrante|bairro|freguesia|regiao|quartiere|rione|circoscrizione|quartier|arrondissement|secteur|circonscription"
)
_SHARED = re.compile(r"area|sector|region|district|commune")
"""The same words in English, which need an adjective of another language behind them."""
_ADJECTIVE = re.compile(
    r"comunitari[ao]|polici(?:al|aca|aco|er|ere)|administrativ[ao]|administrative|metropolitan[ao]|municipal|censal|sanitari[ao]|urban[ao]|rural|geografic[ao]|estadistic[ao]|electoral|operativ[ao]"
)
_PART = re.compile(r"tipo|codigo|nombre|nome|nom|numero|clave|type|code|horari[ao]|km2?|m2|poblacion|populacao")
"""Words behind an area that name something else of it."""


def leads_area(head: str, behind: str) -> bool:
    """Return whether a name begins with an area and its adjective.

    Examples
    --------
    >>> leads_area("distrito", "policial"), leads_area("area", "comunitaria"), leads_area("area", "code"), leads_area("zona", "horaria")
    (True, True, False, False)
    """
    if _SHARED.fullmatch(head):
        return _ADJECTIVE.fullmatch(behind) is not None
    return _HEAD.fullmatch(head) is not None and _PART.fullmatch(behind) is None
