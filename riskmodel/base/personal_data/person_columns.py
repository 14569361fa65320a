"""Names of columns that say who, or how somebody is reached."""

from __future__ import annotations

import re
import unicodedata

_PERSONS = re.compile(
    r"\b(who|by|officer|handler|assign\w*|clerk|operator|dispatcher|agent|teacher|staff|team|crew|employee|manager|supervisor|investigator|"
    r"inspector|detective|owner|lead|author|editor|worker|doctor|nurse|driver|\w*bearbeiter\w*|zustandig\w*|zuständig\w*|responsable|agente|"
    r"funcionario|usuario|atendio|atendió|reporta|reportante|quien|oficial|elemento|solicitante|quejoso|ciudadano|despachador|operador|reporter|reported|witness|contact|"
    r"full ?name|nombre completo)\b|人|员|民警|警官|经办|承办|办理|负责|处理|值班"
)
"""Names of columns that may say who dealt with an event: their values are never taken for kinds."""
_REACHED = re.compile(
    r"\b(contact\w*|cel|celular\w*|movil|móvil|telf|tlf|tlfn|tfno|tlfno|handy\w*|rufnummer|call ?back|ani|msisdn|whats ?app|numero de contacto|número de contacto|kontakt\w*|contatto|contato|"
    r"telemovel|telemóvel|portable|gsm|hp|ponsel|nomor hp|sdt|sđt)\b|来电|來電|主叫|연락처|連絡先"
)
"""Names of columns of telephone numbers that the privacy door does not refuse by name, since they may mean something else."""


def is_about_persons(name: str) -> bool:
    """Return whether a name says who dealt with an event.

    Examples
    --------
    >>> [is_about_persons(name) for name in ("Atendió", "reportedBy", "Offense", "接警员")]
    [True, True, False, True]
    """
    return _PERSONS.search(_plain(name)) is not None


def may_reach_person(name: str) -> bool:
    """Return whether a name says who, or how somebody is reached.

    Examples
    --------
    >>> [may_reach_person(name) for name in ("Celular", "numero_de_contacto", "oficial", "case number", "segment_id")]
    [True, True, True, False, False]
    """
    return is_about_persons(name) or _REACHED.search(_plain(name)) is not None


def _plain(name: str) -> str:
    """Return a name in lower case, its words separated by spaces."""
    text = re.sub(r"([a-z])([A-Z])", r"\1 \2", unicodedata.normalize("NFKC", name.replace("İ", "I")))
    return " ".join(re.split(r"[\W_]+", text.lower())).strip()
