"""The Stripe client as Ari needs it: retries on, telemetry off, timeouts set, and errors turned into our two kinds.

`client.v1.*` only. The SDK's default of no retries and of an 80 second timeout are both wrong for a worker that holds
a lease (measured on stripe-python 16).
"""

from collections.abc import Callable
from typing import TypeVar

import stripe

from billing.errors import Refused

Answer = TypeVar("Answer")


class Unknown(Exception):
    """The outcome of a call is not known: look at Stripe before doing anything else."""


class NeedsHuman(Exception):
    """Stripe answered in a way that no rule covers; a person has to look. The message is for that person."""


def make_client(key: str, base: str) -> stripe.StripeClient:
    """One client per account. `base` is https://api.stripe.com or a local server."""
    stripe.enable_telemetry = False
    return stripe.StripeClient(
        key, base_addresses={"api": base}, max_network_retries=2, http_client=stripe.RequestsClient(timeout=(5, 30))
    )


def reading(call: Callable[[], Answer]) -> Answer:
    """Run a read. Raises Refused with a sentence for people when Stripe does not answer."""
    try:
        return call()
    except stripe.AuthenticationError as error:
        raise Refused(
            "Stripe does not accept STRIPE_API_KEY; check that it is the right key and not revoked."
        ) from error
    except stripe.PermissionError as error:
        raise Refused(f"The Stripe key lacks a permission: {error.user_message or error}") from error
    except stripe.APIConnectionError as error:
        raise Refused("Stripe cannot be reached just now; nothing was changed. Try again in a minute.") from error
    except stripe.StripeError as error:
        raise Refused(f"Stripe answered: {error.user_message or error}") from error


def existing(call: Callable[[], Answer]) -> Answer | None:
    """As `reading`; None for what Stripe has never heard of or has deleted."""

    def attempt() -> Answer | None:
        try:
            return call()
        except stripe.InvalidRequestError as missing:
            if missing.code == "resource_missing":
                return None
            raise

    return reading(attempt)


def writing(call: Callable[[], Answer]) -> Answer:
    """Run a write. Raises Unknown when it may or may not have happened, as while the same call of a process that was
    killed still runs (409), and while the key is not accepted (a person mends that, and the call is made again);
    NeedsHuman when Stripe refused it."""
    try:
        return call()
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError) as error:
        raise Unknown(str(error)) from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise Unknown(f"Stripe does not let this key do that: {error.user_message or error}") from error
    except stripe.StripeError as error:
        if error.http_status == 409:
            raise Unknown(str(error)) from error
        raise NeedsHuman(f"Stripe refused: {error.user_message or error}") from error
