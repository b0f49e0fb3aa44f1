"""The demo company's world as a folder: usage, late file, contracts, Stripe's objects.

Promises a complete folder or none that looks complete: the marker is written last, and names the sources it was
built from, so that a folder of the same sources is left as it is. Leaves out running anything.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from sandbox.company import late, stripe_seed, usage
from sandbox.company.pdf import contracts

HERE = Path(__file__).parent
MARKER = ".complete"


def build(out: Path, progress: Callable[[str], object] = print) -> None:
    """Builds the world in `out`, telling `progress` a line a step; does nothing where it already stands."""
    marker, wanted = out / MARKER, version()
    if marker.exists() and marker.read_text() == wanted:
        progress(f"{out}: the demo company is here already")
        return
    marker.unlink(missing_ok=True)
    for folder in (out, out / "late", out / "contracts"):
        folder.mkdir(parents=True, exist_ok=True)
    contracts.render(out / "contracts")
    progress("contracts: written and signed")
    late.write(out / "late")
    seed = json.dumps(stripe_seed.objects(), indent=1, ensure_ascii=False)
    (out / "stripe-seed.json").write_text(seed + "\n", encoding="utf-8")
    progress(f"usage: {usage.write(out / 'usage.db'):,} calls")
    marker.write_text(wanted)


def version() -> str:
    """A digest of this package's sources: any change to them makes every built folder stale."""
    digest = hashlib.sha256()
    for file in sorted([*HERE.rglob("*.py"), *HERE.rglob("*.sql")]):
        digest.update(file.relative_to(HERE).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
