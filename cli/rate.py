"""`ari rate`: the calculator for anybody, JSON lines in, JSON lines out, without Slack, Stripe or a database."""

import json
import sys
from typing import Annotated

import typer
from pydantic import ValidationError

from pricing.canonical import canonical
from pricing.periods import Period, PeriodError
from pricing.rate import rate
from pricing.refusal import Refusal
from pricing.statement import Bundle


def rate_lines(
    file: Annotated[typer.FileText, typer.Argument(help="A file of JSON lines; '-' reads standard input.")] = sys.stdin,
) -> None:  # type: ignore[assignment]
    """Rate one bundle per line ({terms, usage, period, opening?, billed?}); print a statement or a refusal per line."""
    for line in file:
        if line.strip():
            typer.echo(rated(line))


def rated(line: str) -> str:
    """One line's answer, as canonical JSON: the statement, or {"refused": {"term", "reason"}}."""
    try:
        bundle = Bundle.model_validate_json(line)
        period = Period(bundle.period.start, bundle.period.end)
        return canonical(rate(bundle.terms, bundle.usage, period, bundle.opening, bundle.billed))
    except Refusal as refusal:
        return json.dumps({"refused": {"term": refusal.term, "reason": refusal.reason}})
    except ValidationError as wrong:
        first = wrong.errors()[0]
        return json.dumps({"refused": {"term": ".".join(map(str, first["loc"])), "reason": first["msg"]}})
    except PeriodError as wrong:
        return json.dumps({"refused": {"term": "period", "reason": str(wrong)}})
