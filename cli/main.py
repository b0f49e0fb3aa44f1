"""The `ari` command: one subcommand a file. Exit code 0 done, 1 problems found, 2 wrong use or nothing configured."""

from pathlib import Path
from typing import Annotated

import typer
from dotenv import load_dotenv

from cli import (
    balances,
    check,
    close,
    demo,
    manifest,
    openings,
    rate,
    read_contract,
    replay,
    run,
    schema,
    verify_log,
    what_if,
)

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Ari, the billing agent in Slack.", pretty_exceptions_enable=False
)
app.command("run")(run.run)
app.command("demo")(demo.demo)
app.command("check")(check.check)
app.command("read-contract")(read_contract.read_contract)
app.command("rate")(rate.rate_lines)
app.command("schema")(schema.print_schema)
app.command("replay")(replay.replay_bundle)
app.command("what-if")(what_if.what_if)
app.command("verify-log")(verify_log.verify_log)
app.command("manifest")(manifest.manifest)
app.command("balances")(balances.show)
app.command("close")(close.close)
app.add_typer(openings.app, name="opening")


@app.callback()
def settings_from(
    env_file: Annotated[
        Path | None, typer.Option(help="Settings as NAME=value lines, in place of .env.", exists=True)
    ] = None,
) -> None:
    """Ari, the billing agent in Slack."""
    if env_file:
        load_dotenv(env_file, override=True)


def main() -> None:
    app()


if __name__ == "__main__":
    main()
