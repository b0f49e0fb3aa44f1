"""The model: which one this installation thinks with. Nothing is sent anywhere but to the configured endpoint."""

from langchain_core.language_models import BaseChatModel
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from agent.offline import OfflineModel
from settings import Settings, SettingsError

OPENAI = "https://api.openai.com/v1"
DEFAULT = "gpt-5.5"


def choose_model(settings: Settings) -> BaseChatModel:
    """OpenAI's or a compatible endpoint's when one is configured, else OfflineModel. Raises SettingsError.

    The base URL is always passed: left out, LANGSMITH_GATEWAY could put a third party in between.
    """
    env = settings.env
    if env.openai_api_key is None and env.openai_base_url is None:
        return OfflineModel()
    if env.openai_base_url and not env.ari_model:
        raise SettingsError("ARI_MODEL is not set: name a model that the endpoint at OPENAI_BASE_URL serves.")
    own = {"use_responses_api": False} if env.openai_base_url else {"store": False}
    return ChatOpenAI(
        model=env.ari_model or DEFAULT, base_url=env.openai_base_url or OPENAI,
        api_key=env.openai_api_key or SecretStr("none"), timeout=60, max_retries=2, stream_usage=True, **own,
    )  # fmt: skip
