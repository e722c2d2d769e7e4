"""Decide whether a test that lacks something of the machine is skipped or fails."""

import os
from typing import NoReturn

import pytest


def unavailable(name: str, reason: str) -> NoReturn:
    """Skip, or fail if CHIKAYA_REQUIRE (names between commas) says that `name` must be there."""
    required = {each.strip() for each in os.environ.get("CHIKAYA_REQUIRE", "").split(",")}
    if name in required:
        pytest.fail(f"{name} is required by CHIKAYA_REQUIRE but cannot be had: {reason}")
    pytest.skip(f"{name} cannot be had: {reason}")
