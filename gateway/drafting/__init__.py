"""Propose how a JSON case system is described, from what it answers or says of itself.

What is proposed is a first draft for a person to finish: everything that is not plain from the
samples is marked, and nothing is ever proposed to be public.
"""

from gateway.drafting.evidence import Evidence, asked_at, may_be_called, read_sample, source_name
from gateway.drafting.openapi import read_openapi
from gateway.drafting.proposal import Proposal, marks, proposed
from gateway.drafting.writing import yaml_of

__all__ = [
    "Evidence",
    "Proposal",
    "asked_at",
    "marks",
    "may_be_called",
    "proposed",
    "read_openapi",
    "read_sample",
    "source_name",
    "yaml_of",
]
