"""How files come in over HTTP and go out again, and where their contents lie."""

from gateway.uploads.folder import Folder
from gateway.uploads.form import FileSent, Form, read_form

__all__ = ["FileSent", "Folder", "Form", "read_form"]
