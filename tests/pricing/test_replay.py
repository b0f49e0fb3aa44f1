"""Replay: bundles of every release give the bytes that were kept beside them, and other bundles are turned away.

A failure here means that a released rule changed; give the new rule a new calculator version instead.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from pricing.canonical import canonical
from pricing.refusal import Refusal
from pricing.replay import bundle, replay
from tests.pricing.pricing_kit import NOVEMBER, metered, per_unit, terms, used

KEPT = Path(__file__).parent / "bundles"
BUNDLES = sorted(KEPT.glob("*.bundle.json"))
# Calculator 2: two bundles of each topic, one a line.
SECOND = [json.loads(line) for line in (KEPT / "v2.jsonl").read_text(encoding="utf-8").splitlines()]


def test_there_are_bundles() -> None:
    assert len(BUNDLES) >= 6 and len(SECOND) >= 60


@pytest.mark.parametrize("path", BUNDLES, ids=lambda path: path.name.removesuffix(".bundle.json"))
def test_a_kept_bundle_gives_the_kept_bytes(path: Path) -> None:
    expected = path.with_name(path.name.replace(".bundle.", ".statement."))
    assert replay(path.read_text(encoding="utf-8")) == expected.read_text(encoding="utf-8").rstrip("\n")


@pytest.mark.parametrize("kept", SECOND, ids=[one["name"] for one in SECOND])
def test_a_bundle_of_calculator_2_gives_the_kept_bytes(kept: dict[str, Any]) -> None:
    assert replay(canonical(kept["bundle"])) == canonical(kept["statement"])


def test_a_changed_bundle_gives_other_bytes() -> None:
    kept = canonical(bundle(terms(metered(per_unit("0.1"))), used("100"), NOVEMBER))
    assert replay(kept) != replay(kept.replace('"quantity":"100"', '"quantity":"101"'))


def test_another_calculators_bundle_is_refused() -> None:
    kept = json.loads(canonical(bundle(terms(metered(per_unit("0.1"))), used("100"), NOVEMBER)))
    with pytest.raises(Refusal, match="calculator '0'"):
        replay(json.dumps({**kept, "calculator": "0"}))


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"calculator": "1"}'])
def test_what_is_no_bundle_is_turned_away(text: str) -> None:
    with pytest.raises(ValidationError):
        replay(text)
