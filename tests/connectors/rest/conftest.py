"""After every test here: no task runs that the test began."""

from tests.connectors.http.conftest import nothing_left

__all__ = ["nothing_left"]
