"""Receipts to keep and to print: what a person needs to follow their case, on one page."""

from gateway.receipts.receipt import Receipt
from gateway.receipts.writing import receipt_pdf

__all__ = ["Receipt", "receipt_pdf"]
