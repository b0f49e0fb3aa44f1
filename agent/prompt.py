"""Prompts: the markdown files under prompts/, filled in. What they say is not decided here."""

from importlib.resources import files
from string import Template


def prompt(name: str, **values: str) -> str:
    """The text of prompts/{name}.md, its $names replaced when values are given. KeyError for a name without one."""
    text = files("prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")
    return (Template(text).substitute(values) if values else text).strip()
