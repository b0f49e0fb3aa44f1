"""Errors in Stripe's shape.

Promises one exception that carries everything an error body needs, and says whether an idempotency key keeps the
answer: a request whose parameters are wrong never ran, so its key stays free. Leaves out turning it into HTTP.
"""

from typing import Any

Obj = dict[str, Any]
DOCS = "https://docs.stripe.com/error-codes#"


class StripeError(Exception):
    """An answer other than 200. `saved`: an idempotency key used for the request replays this answer."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        saved: bool = True,
        more: Obj | None = None,
    ) -> None:
        super().__init__(message)
        self.message, self.status, self.kind, self.code = message, status, kind, code
        self.param, self.saved, self.more = param, saved, more or {}

    def body(self, request_id: str | None) -> Obj:
        """The JSON answer; fields that do not apply are absent, as Stripe leaves them out."""
        error: Obj = {"code": self.code, "doc_url": self.code and DOCS + self.code.replace("_", "-")}
        error |= {"message": self.message, "param": self.param, "type": self.kind}
        error |= {"request_log_url": request_id and f"/_stripe/requests?id={request_id}"} | self.more
        return {"error": {key: value for key, value in error.items() if value is not None}}


def invalid(message: str, param: str | None = None, code: str | None = None) -> StripeError:
    """The parameters are wrong: nothing ran and no key is used up."""
    return StripeError(message, param=param, code=code, saved=False)


def refused(message: str, param: str | None = None, code: str | None = None) -> StripeError:
    """The parameters are right but the object's state forbids it."""
    return StripeError(message, param=param, code=code)


def missing(noun: str, ident: str, param: str = "id", status: int = 404) -> StripeError:
    """No such object. Stripe answers 404 for an id in the path and 400 for one in a parameter."""
    return StripeError(f"No such {noun}: '{ident}'", status=status, code="resource_missing", param=param)
