"""The one error that services raise for people: what was refused, why, and what to do next."""


class Refused(Exception):
    """A request that cannot be carried out. The message is one or two plain sentences, safe to show to anybody who
    may see the customer, and free of internals."""
