import pytest

from tests.tools import billing_kit


@pytest.fixture
def billing(monkeypatch: pytest.MonkeyPatch) -> billing_kit.Billing:
    return billing_kit.install(monkeypatch.setattr)
