"""What the code declares that the docs must tell: codes, events, exits, doors."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from types import ModuleType
from typing import Final

import connectors
import gateway
import resolvers
import schema
from connectors.contract.errors import ConnectorError
from gateway.errors import INTERNAL
from gateway.limits.exceeded import exceeded
from resolvers.outcome import SourceStatus
from tests.docs.pages import ROOT

_PACKAGES: Final = (gateway, schema, resolvers, connectors)
_NOT_THE_PROGRAM: Final = ("connectors.testing", "connectors.store.migrations")


@cache
def modules() -> tuple[ModuleType, ...]:
    """Every module of the program, imported."""
    names = [
        found.name
        for package in _PACKAGES
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        if not found.name.startswith(_NOT_THE_PROGRAM)
    ]
    return tuple(importlib.import_module(name) for name in names)


def _classes() -> Iterator[type]:
    for module in modules():
        for _, found in inspect.getmembers(module, inspect.isclass):
            if found.__module__ == module.__name__:
                yield found


@cache
def _every_call() -> tuple[tuple[str, ast.Call], ...]:
    """Every call in the program, by what it calls."""
    return tuple(
        (ast.unparse(node.func), node)
        for package in _PACKAGES
        for path in sorted((ROOT / package.__name__).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    )


def _calls(function: str) -> Iterator[ast.Call]:
    """The calls of what is called `function`, wherever it is imported from."""
    return (call for called, call in _every_call() if called.endswith(function))


def _texts(function: str) -> set[str]:
    """The texts that stand first in those calls."""
    return {
        call.args[0].value
        for call in _calls(function)
        if call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }


def refusal_codes() -> set[str]:
    """The codes of errors that are raised on purpose, with a code of their own."""
    return {found.extensions_code for found in _classes() if "extensions_code" in vars(found)}


def request_codes() -> set[str]:
    """The codes of requests that are refused before they are read: names of HTTP statuses."""
    said = {
        ast.unparse(keyword.value)
        for function in ("refused", "_not_acceptable")
        for call in _calls(function)
        for keyword in call.keywords
        if keyword.arg == "status"
    }
    return {HTTPStatus[text.removeprefix("HTTPStatus.")].name for text in said}


def graph_codes() -> set[str]:
    """Every code that an error of the graph can carry, save those of sources."""
    limit = (exceeded("tokens", allowed=1, found=2).extensions or {})["code"]
    return {INTERNAL, limit, *refusal_codes(), *request_codes()}


def source_codes() -> set[str]:
    """Every code that a source's failure can carry."""
    raised = {found.code for found in _classes() if issubclass(found, ConnectorError)}
    excluded = {
        f"SOURCE_{SourceStatus[name.removeprefix('SourceStatus.')]}"
        for call in _calls("Exclusion")
        for name in [ast.unparse(call.args[1])]
    }
    return raised | excluded | _texts("SourceFailure")


def problem_codes() -> set[str]:
    """Every code that a problem of a filing can carry."""
    return _texts("Problem")


def warning_codes() -> set[str]:
    """Every code that a warning beside a receipt can carry."""
    return _texts("Warned")


def log_events() -> set[str]:
    """Every event that is logged."""
    return set().union(*(_texts(f"_log.{level}") for level in ("info", "warning", "error")))


def exit_codes() -> set[str]:
    """Every code with which the command leaves, success included."""
    left = [call.args[0] for function in ("sys.exit", "Exit") for call in _calls(function)]
    return {"0", *(ast.unparse(code) for code in left)}
