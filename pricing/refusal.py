"""Refusal: the calculator's way of saying that it will not guess.

One exception for every reason, so that callers show it to a person instead of handling cases.
"""


class Refusal(Exception):
    """No statement can be made.

    `term` is what it rests on ('charges.minutes.included.quantity', 'usage.minutes', 'billed'); `reason` is a sentence
    that ends in what to do next.
    """

    def __init__(self, term: str, reason: str) -> None:
        super().__init__(term, reason)
        self.term = term
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.term}: {self.reason}"
