"""The case that a random generator is making: its random choices, and figures worth hitting."""

import random
from datetime import date, timedelta
from typing import Any

from tests.reference.figures import Json

WINDOWS = ("quarter", "contract_year", "calendar_year", "term")


class Maker:
    """One case being made; `numbers` are units worth hitting, `cuts` the days on which slices must be cut."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.numbers = ["0", "1", "10", "100"]
        self.terms: Json = {}
        self.windows: tuple[str, ...] = WINDOWS
        self.usage: Json = {"slices": [], "events": [], "measured": []}
        self.opening: Json = {"balances": [], "counters": [], "carried": []}

    def some(self, chance: float) -> bool:
        return self.rng.random() < chance

    def of(self, *choices: Any) -> Any:
        return self.rng.choice(choices)

    def price(self) -> str:
        return str(
            self.of(
                "0",
                "0.085",
                "0.1",
                "1",
                "0.0033",
                "2.5",
                "0.005",
                "12.345",
                "0.125",
                "1e-3",
                f"{self.rng.randrange(1, 9999)}e-4",
            )
        )

    def money(self) -> str:
        return str(
            self.of("10", "100", "99.99", "33.33", "1000", "0.005", "1500", "7.125", str(self.rng.randrange(1, 3000)))
        )

    def coins(self) -> str:
        """An amount that every currency can pay."""
        return str(self.of("10", "100", "1", "1000", str(self.rng.randrange(1, 3000))))

    def units(self) -> str:
        near = self.of(*self.numbers)
        return str(
            self.of(
                "0",
                near,
                near,
                f"{near}.5" if "." not in near else near,
                str(self.rng.randrange(0, 400)),
                f"{self.rng.randrange(0, 40000)}e-2",
                str(self.rng.randrange(0, 20000)),
                "0.000001",
            )
        )

    def bound(self, low: int = 1, high: int = 300) -> str:
        self.numbers.append(str(self.rng.randrange(low, high)))
        return self.numbers[-1]

    def inside(self, period: tuple[date, date]) -> date:
        """A day of the period, or its end."""
        return period[0] + timedelta(days=self.rng.randrange(0, (period[1] - period[0]).days + 1))
