"""`ari read-contract`: what a contract says, without Slack, Stripe or a database."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from billing.contracts.document import read_document
from billing.contracts.pdf import UnreadableDocument
from billing.contracts.proposal import MetricInfo, Proposal, propose_terms
from billing.contracts.verify import verify
from pricing.canonical import canonical
from pricing.stored import read_terms
from pricing.terms import Terms

METRICS = {"minutes": MetricInfo("minutes", ("minute", "minutes", "connected minutes", "call minutes"), "min")}


def read_contract(
    files: Annotated[list[Path], typer.Argument(help="One or more PDF files.", exists=True, dir_okay=False)],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per file.")] = False,
    terms_only: Annotated[bool, typer.Option("--terms-only", help="Only the terms, as `ari rate` takes them.")] = False,
    base: Annotated[Path | None, typer.Option(help="The terms that an amendment changes, as JSON.")] = None,
) -> None:
    """Read contracts by rules and show the proposed terms with their evidence, problems and open questions."""
    terms = read_terms(base.read_text(encoding="utf-8")) if base else None
    failed = [file for file in files if not _one(file, terms, as_json, terms_only)]
    raise typer.Exit(1 if failed else 0)


def _one(file: Path, base: Terms | None, as_json: bool, terms_only: bool) -> bool:
    try:
        document, reading = read_document(file.read_bytes())
    except UnreadableDocument as problem:
        typer.echo(json.dumps({"file": file.name, "problem": str(problem)}) if as_json else f"✗ {file.name}: {problem}")
        return False
    made = propose_terms(reading, verify(reading, document), rulings={}, base=base, metrics=METRICS)
    if terms_only:
        typer.echo(canonical(made.terms))
    elif as_json:
        typer.echo(canonical(_body(file, made, len(document.pages))))
    else:
        _print(file, made)
    return made.terms is not None


def _body(file: Path, made: Proposal, pages: int) -> dict[str, Any]:
    return {
        "file": file.name, "pages": pages, "kind": made.kind, "customer": made.customer, "signed": made.signed,
        "effective_from": made.effective_from, "terms": made.terms, "evidence": made.evidence,
        "questions": [{"id": one.id, "text": one.text, "choices": [value for value, _ in one.choices]} for one in made.questions],
        "problems": list(made.problems), "warnings": list(made.warnings), "not_billable": list(made.not_billable),
    }  # fmt: skip


def _print(file: Path, made: Proposal) -> None:
    typer.echo(f"{file.name}: {made.kind.replace('_', ' ')} of {made.customer or 'an unknown customer'}")
    for path, entry in made.evidence.items():
        mark = "✓" if entry.verified else "·"
        where = f"  (page {entry.page}: “{' '.join((entry.quote or '').split())[:90]}”)" if entry.page else ""
        typer.echo(f"  {mark} {path} = {entry.value if entry.value is not None else 'open'}{where}")
    for question in made.questions:
        typer.echo(f"  ? {question.text}")
    for problem in (*made.problems, *made.warnings):
        typer.echo(f"  ! {problem}")
