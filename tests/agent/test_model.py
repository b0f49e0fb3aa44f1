import pytest

from agent.model import choose_model
from agent.offline import OfflineModel
from settings import SettingsError
from tests.tools.billing_kit import settings


def test_no_key_means_rules() -> None:
    assert isinstance(choose_model(settings()), OfflineModel)


def test_openai_is_asked_at_its_own_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGSMITH_GATEWAY", "true")
    model = choose_model(settings(openai_api_key="sk-test"))
    assert (model.openai_api_base, model.model_name) == ("https://api.openai.com/v1", "gpt-5.5")
    assert (model.request_timeout, model.max_retries, model.stream_usage, model.store) == (60, 2, True, False)


def test_a_compatible_endpoint_needs_no_key_but_a_name() -> None:
    model = choose_model(settings(openai_base_url="http://127.0.0.1:9/v1", ari_model="small"))
    assert (model.openai_api_base, model.use_responses_api, model.store) == ("http://127.0.0.1:9/v1", False, None)
    with pytest.raises(SettingsError, match="ARI_MODEL"):
        choose_model(settings(openai_base_url="http://127.0.0.1:9/v1"))
