"""`python -m sandbox.company --out DIR` builds the demo company's world in DIR."""

import argparse
from pathlib import Path

from sandbox.company.build import build


def main() -> None:
    """Reads the command line and builds."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.company", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write; made if missing")
    build(parser.parse_args().out)


if __name__ == "__main__":
    main()
