"""The doctor: examines machine and project, changes nothing, and names remedies."""

from riskmodel.operations.doctor.doctor_findings import DoctorFinding
from riskmodel.operations.doctor.examination import Examination, Surroundings, examine

__all__ = ["DoctorFinding", "Examination", "Surroundings", "examine"]
