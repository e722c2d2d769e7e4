"""A migration step whose statements differ between the two engines."""

from collections.abc import Sequence

from tortoise.migrations.operations import TortoiseOperation
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import State


class RunOn(TortoiseOperation):
    """Run the statements written for the engine at hand; there is no way back."""

    def __init__(self, *, postgres: Sequence[str], sqlite: Sequence[str]) -> None:
        self.statements = {"postgres": postgres, "sqlite": sqlite}

    def describe(self) -> str:
        """What the plan prints."""
        return "Run the engine's own statements"

    async def database_forward(
        self,
        app_label: str,  # noqa: ARG002 - tortoise's signature
        old_state: State,  # noqa: ARG002
        new_state: State,  # noqa: ARG002
        state_editor: BaseSchemaEditor | None = None,
    ) -> None:
        """Run them in order."""
        if state_editor is not None:
            for statement in self.statements[state_editor.client.capabilities.dialect]:
                # Not as a script: SQLite ends the migration's transaction before one.
                await state_editor.client.execute_query(statement)
