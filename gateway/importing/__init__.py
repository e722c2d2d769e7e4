"""Bring cases from a file of rows into our vocabulary, and account for every row."""

from gateway.importing.account import Account
from gateway.importing.mapping import FileMapping, MappingInvalid, known_mappings, load_mapping
from gateway.importing.reader import WrongFile, read
from gateway.importing.rejects import rejects_file
from gateway.importing.rows import Reject

__all__ = [
    "Account",
    "FileMapping",
    "MappingInvalid",
    "Reject",
    "WrongFile",
    "known_mappings",
    "load_mapping",
    "read",
    "rejects_file",
]
