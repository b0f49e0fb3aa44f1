"""`ari schema`: the JSON Schema of terms, for editors and for whoever writes terms in another language."""

import typer

from pricing.schema import schema_text


def print_schema() -> None:
    """Print the JSON Schema of terms and of an input of `ari rate`: ari schema > docs/terms.schema.json"""
    typer.echo(schema_text(), nl=False)
