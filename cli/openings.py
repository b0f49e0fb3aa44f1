"""`ari opening`: positions from before Ari's time, from a CSV file into the ledger, by two people.

`check` enters nothing and shows what would be; `propose` puts it on the record; `approve`, by somebody else, makes it count.
A shell proves nobody's identity: `--by` is checked against the policy as Slack knows that person, and whoever can reach
Ari's key and database can claim to be anybody. Give that shell to few.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from slack_sdk import WebClient

from billing import opening_files
from billing.desk import Desk
from billing.errors import Refused
from billing.invoices.policy import Actor
from billing.opening_files import Row
from billing.openings import Proposal, approve, decline, proposal, propose, waiting
from cli.opening import plainly
from jobs.people import People
from settings import load

app = typer.Typer(
    no_args_is_help=True, help="Opening balances, counters and carried-over units, entered by two people."
)
File = Annotated[Path, typer.Argument(help=f"CSV with the columns {','.join(opening_files.COLUMNS)}.", exists=True)]
Id = Annotated[str, typer.Argument(help="The proposal's id, as `ari opening waiting` shows it.")]
By = Annotated[str, typer.Option(help="Your Slack user id, such as U01WREN.")]


@app.command("check")
def check(file: File) -> None:
    """Show what a file would enter and what is refused, and enter nothing."""
    with plainly():
        rows = opening_files.read(desk(), file.read_text(encoding="utf-8"))
    _show(rows)
    raise typer.Exit(1 if any(row.reason for row in rows) else 0)


@app.command("propose")
def propose_file(file: File, by: By) -> None:
    """Put a file's entries on the record, for somebody else to approve. One refused line refuses the file."""
    with plainly():
        made = desk()
        rows = opening_files.read(made, file.read_text(encoding="utf-8"))
        if any(row.reason for row in rows):
            _show(rows)
            raise typer.Exit(1)
        done = propose(made, [row.entered for row in rows if row.entered], actor(made, by))
    typer.echo(f"{done.id}: {len(done.entries)} entries wait for somebody else: ari opening approve {done.id} --by …")


@app.command("waiting")
def list_waiting() -> None:
    """List proposals that nobody has decided."""
    with plainly(), desk().db.read() as session:
        found = waiting(session)
    for one in found:
        _tell(one)
    typer.echo(f"{len(found)} proposals wait.")


@app.command("approve")
def approve_one(id: Id, by: By, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Show a proposal and make it count."""
    _decide(approve, id, by, yes, "Enter these into the ledger?", "entered")


@app.command("decline")
def decline_one(id: Id, by: By, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Show a proposal and leave it aside for good."""
    _decide(decline, id, by, yes, "Leave these aside?", "left aside")


def desk() -> Desk:
    import app as root  # the composition root loads the whole of Ari, which no other subcommand should wait for

    return root.make_desk(load())


def actor(made: Desk, user: str) -> Actor:
    """Who that is, by Slack's own word."""
    env = made.settings.env
    client = WebClient(env.slack_bot_token.get_secret_value(), base_url=env.slack_api_url)
    return People(client, made.settings.file.policy, lambda: str(client.auth_test()["team_id"])).actor(user)


def _decide(do: Callable[[Desk, str, str, Actor], Proposal], id: str, by: str, yes: bool, ask: str, done: str) -> None:
    with plainly():
        made = desk()
        with made.db.read() as session:
            found = proposal(session, id)
        _tell(found)
        if not yes and not typer.confirm(ask):
            raise Refused("Nothing was changed.")
        do(made, id, found.digest, actor(made, by))
    typer.echo(f"✓ {len(found.entries)} entries {done}.")


def _show(rows: list[Row]) -> None:
    for row in rows:
        where = f"line {row.line}: " if row.line else ""
        typer.echo(f"{'✗' if row.reason else '✓'} {where}{row.text}" + (f": {row.reason}" if row.reason else ""))
    refused = sum(1 for row in rows if row.reason)
    typer.echo(f"{len([row for row in rows if row.entered and not row.reason])} can be entered, {refused} refused.")


def _tell(one: Proposal) -> None:
    typer.echo(f"{one.id}, proposed by {one.by}:")
    for each in one.entries:
        lasting = f" for {each.periods} periods" if each.periods else ""
        typer.echo(
            f"  {each.contract} {each.position} ({each.form}): {each.amount:,} {each.unit}{lasting} as {each.period} begins;"
            f" {each.evidence}"
        )
