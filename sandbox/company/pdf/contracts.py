"""The signed papers of the demo company, as a folder of PDFs.

Promises the contracts of six customers, one of them with an amendment. Leaves out the six whose papers are not
written yet; their usage is in the tables already.
"""

from pathlib import Path

from sandbox.company.pdf import acornhill, brindlecat, copperkettle, dapplewood, elmfoot, gumdrop


def render(folder: Path) -> None:
    """Writes every contract into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for contract in (acornhill, brindlecat, copperkettle, dapplewood, elmfoot, gumdrop):
        contract.render(folder)
