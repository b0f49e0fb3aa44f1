"""Abilities: what Ari does and does not do, in words a newcomer can use. The text is prompts/what_ari_does.md."""

from importlib.resources import files

from langchain_core.tools import BaseTool

from billing.desk import Desk
from tools.door import Answer, Args, Asker, door


class AbilitiesArgs(Args):
    pass


def tools(desk: Desk) -> list[BaseTool]:
    return [door(desk, what_ari_does, AbilitiesArgs, "Recalling what I can do")]


def what_ari_does(desk: Desk, caller: Asker) -> Answer:
    """Tell what Ari can and cannot do, for questions about Ari itself."""
    text = files("prompts").joinpath("what_ari_does.md").read_text(encoding="utf-8")
    lines = [line.removeprefix("- ") for line in text.splitlines() if line.startswith("- ")]
    return {"abilities": lines}, None
