"""Meet each case once, of which a list and the ledger may both keep a row."""

from typing import Final

EACH_CASE_ONCE: Final = (
    "(listed OR reference IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM ledger"
    " WHERE ledger.reference = complaint.reference AND ledger.complaint_id <> complaint.id)"
)
"""Leaves out rows of cases that left their lists, unless they passed the gateway, and a list's row of
a case of which the ledger keeps a row of its own."""
