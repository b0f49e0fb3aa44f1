"""Identifiers in Slack's style: a letter that says what it is, then capitals and digits."""

import hashlib
import secrets
import string

_ALPHABET = string.ascii_uppercase + string.digits


def new_id(prefix: str, length: int = 9) -> str:
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(length))


def im_id(one: str, other: str) -> str:
    """The same direct message gets the same id in every run, so links and notes about it stay right."""
    digest = hashlib.sha256("/".join(sorted((one, other))).encode()).hexdigest()
    return "D0" + digest[:9].upper()
