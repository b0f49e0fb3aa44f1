"""Settings: secrets from the environment, everything else from one ari.yml.

Promises that a missing or wrong value is named together with the way to mend it (SettingsError), that no secret is read
from the file, and that business time comes from one injected clock. Holds no clients and opens no connection.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import httpx
import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict


class SettingsError(Exception):
    """Something in the environment or in ari.yml is missing or wrong; the message names it and the fix, a line each."""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as unknown:
        raise ValueError(f"{name!r} is not a time zone; write one such as America/New_York") from unknown
    return name


def _decimal_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


ZoneName = Annotated[str, AfterValidator(_zone)]
AmountText = Annotated[str, BeforeValidator(_decimal_text), Field(pattern=r"^[0-9]+(\.[0-9]+)?$")]
UserId = Annotated[str, Field(pattern=r"^[UW][A-Z0-9]{2,}$")]
Group = Annotated[str, Field(pattern=r"^S[A-Z0-9]{2,}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Channels(_Part):
    """Slack channel ids: where drafts and alerts go, and where contracts are expected."""

    billing: Annotated[str, Field(pattern=r"^[CG][A-Z0-9]+$")]
    contracts: Annotated[str, Field(pattern=r"^[CG][A-Z0-9]+$")] | None = None


class Rule(_Part):
    """Who may take an action: named users or members of Slack user groups; above `second_above` two of them."""

    users: tuple[UserId, ...] = ()
    groups: tuple[Group, ...] = ()
    second_above: dict[str, AmountText] = {}
    limit: dict[str, AmountText] = {}
    own_request: bool = False
    expires_days: Annotated[int, Field(ge=1, le=90)] = 14


class Policy(_Part):
    """The approval policy, per action. An action without a rule can be taken by nobody."""

    send: Rule = Rule()
    confirm_terms: Rule = Rule()
    rule: Rule = Rule()
    read: Rule = Rule()


class UsageStore(_Part):
    """A database that holds usage. `url` is SQLAlchemy's; ${NAME} in it is read from the environment."""

    url: str
    max_seconds: Annotated[int, Field(ge=1, le=600)] = 30


class MetricDefinition(_Part):
    """One countable thing: where its rows stand and which of them count.

    Without `value` each row counts one. `daily`: `time` is a calendar day in the contract's zone, and `value` the level
    that held on it, with decimals if need be. `dimensions` are columns that contracts may tell usage apart by, under the
    names that terms use. Rows whose `event_id` columns are equal are one event, delivered more than once.
    """

    store: str
    table: str
    account: str
    time: str
    daily: bool = False
    value: str | None = None
    unit: str
    per: Annotated[int, Field(ge=1)] = 1
    event_id: str | tuple[str, ...]
    ingested: str | None = None
    dimensions: dict[str, str] = {}
    words: tuple[str, ...] = ()
    exclude: dict[str, "Exclusion"] = {}

    @property
    def identity(self) -> tuple[str, ...]:
        return (self.event_id,) if isinstance(self.event_id, str) else self.event_id

    @property
    def columns(self) -> frozenset[str]:
        """Every column that measuring reads."""
        always = {self.account, self.time, *self.identity, *self.dimensions.values()}
        some = {name for name in (self.value, self.ingested) if name}
        return frozenset(always | some | {one.column for one in self.exclude.values()})


class Exclusion(_Part):
    """Rows left out, with the reason people will read. Exactly one of: `equals`; `other_than`, which leaves out rows
    without a value too; `at_most`; `is_null`; `within_days`: an instant that has passed by now and lies no more than that
    many days after the billing period (10: until the 10th of the next month). `contract` names the wording that a
    contract must have for it to hold ('internal'); rows that never count need none."""

    column: str
    equals: str | int | None = None
    other_than: str | int | None = None
    at_most: int | None = None
    is_null: bool = False
    within_days: Annotated[int, Field(ge=0, le=366)] | None = None
    contract: str | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        tests = [self.equals, self.other_than, self.at_most, self.within_days, self.is_null or None]
        if tests.count(None) != len(tests) - 1:
            raise ValueError("an exclusion has exactly one of equals, other_than, at_most, is_null and within_days")
        return self


class Directory(_Part):
    """The table that says whose a usage account is."""

    store: str
    table: str
    account: str
    name: str
    parent: str | None = None
    stripe_customer: str | None = None


class Usage(_Part):
    stores: dict[str, UsageStore]
    metrics: dict[str, MetricDefinition]
    directory: Directory


class Notices(_Part):
    """When the morning post goes out, in the company's zone, on weekdays."""

    morning: Annotated[str, Field(pattern=r"^[0-2][0-9]:[0-5][0-9]$")] = "09:00"
    near_percent: Annotated[int, Field(ge=1, le=99)] = 90


class Company(_Part):
    name: str
    time_zone: ZoneName


class Rulings(_Part):
    """House rulings: how this company reads the usual silences of its contracts. None asks each time."""

    time_zone: ZoneName | None = None
    unit_rounding: Literal["up", "none", "half_up"] | None = None
    line_rounding: Literal["half_up", "half_even"] | None = None
    fee_proration: Literal["actual_days", "none"] | None = None


class AriFile(_Part):
    """The whole of ari.yml."""

    company: Company
    channels: Channels
    policy: Policy = Policy()
    usage: Usage
    notices: Notices = Notices()
    rulings: Rulings = Rulings()


class Environment(BaseSettings):
    """Secrets and addresses. The names are the ones that people expect from Slack, Stripe and OpenAI."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_ignore_empty=True)

    slack_bot_token: SecretStr
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    ari_slack_mode: Literal["socket", "http"] = "socket"
    stripe_api_key: SecretStr
    stripe_webhook_secret: SecretStr | None = None
    stripe_api_base: str = "https://api.stripe.com"
    openai_api_key: SecretStr | None = None
    openai_base_url: str | None = None
    ari_model: str | None = None
    database_url: str | None = None
    ari_config: Path = Path("ari.yml")
    ari_home: Path = Path("data")
    ari_clock_url: str | None = None
    ari_log_key: SecretStr
    ari_host: str = "127.0.0.1"
    ari_port: Annotated[int, Field(ge=0, le=65535)] = 8080


@dataclass(frozen=True, slots=True)
class Clock:
    """Business time, and the only place it comes from. Signatures, leases and key expiry use wall time instead."""

    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that was configured. `file_digest` changes whenever ari.yml's meaning changes."""

    env: Environment
    file: AriFile
    file_digest: str

    @property
    def database_url(self) -> str:
        return self.env.database_url or f"sqlite:///{self.env.ari_home / 'ari.db'}"

    @property
    def anchor(self) -> Path:
        """Where the log's head is remembered; put ARI_HOME on another disk than the database, or copy this away."""
        return self.env.ari_home / "log.anchor"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.file.company.time_zone)


def wall_now() -> datetime:
    return datetime.now(UTC)


def remote_now(url: str, ttl: timedelta = timedelta(milliseconds=50)) -> Callable[[], datetime]:
    """A clock served over HTTP as {"now": iso}: the sandbox's, which a person can move. Read at most every `ttl`."""
    client = httpx.Client(timeout=5)
    last: list[tuple[datetime, datetime]] = []

    def now() -> datetime:
        wall = wall_now()
        if not last or wall - last[0][0] > ttl:
            answer = client.get(url).raise_for_status().json()
            last[:] = [(wall, datetime.fromisoformat(answer["now"]).astimezone(UTC))]
        read_at, business = last[0]
        return business + (wall - read_at)

    return now


def make_clock(env: Environment) -> Clock:
    return Clock(remote_now(env.ari_clock_url) if env.ari_clock_url else wall_now)


def load(env_file: str | None = ".env") -> Settings:
    """Read the environment (and `.env`), then ari.yml. Raises SettingsError naming every problem at once."""
    try:
        env = Environment(_env_file=env_file)
    except ValidationError as wrong:
        raise SettingsError("\n".join(_env_problem(error) for error in wrong.errors())) from wrong
    problems = _mode_problems(env)
    if problems:
        raise SettingsError("\n".join(problems))
    text = _read(env.ari_config)
    return Settings(env, _parse(text, env.ari_config), hashlib.sha256(text.encode()).hexdigest())


def _mode_problems(env: Environment) -> list[str]:
    if env.ari_slack_mode == "socket" and env.slack_app_token is None:
        return [
            "SLACK_APP_TOKEN is not set: Socket Mode needs an app-level token (xapp-…); or set ARI_SLACK_MODE=http."
        ]
    if env.ari_slack_mode == "http" and env.slack_signing_secret is None:
        return ["SLACK_SIGNING_SECRET is not set: HTTP mode needs it to check that requests come from Slack."]
    return []


def _env_problem(error: Any) -> str:
    name = str(error["loc"][0]).upper()
    hint = HINTS.get(name, "see .env.example")
    if error["type"] == "missing":
        return f"{name} is not set: {hint}."
    return f"{name} is wrong ({error['msg']}): {hint}."


HINTS = {
    "SLACK_BOT_TOKEN": "the bot token (xoxb-…) from your Slack app's 'Install App' page",
    "STRIPE_API_KEY": "a restricted Stripe key (rk_…) that may write customers and invoices",
    "ARI_LOG_KEY": "a secret of at least 32 characters that signs the log; make one with `openssl rand -hex 32`",
}


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as missing:
        raise SettingsError(
            f"{path} cannot be read ({missing.strerror}): copy ari.example.yml to it, or point ARI_CONFIG at yours."
        ) from missing


def _parse(text: str, path: Path) -> AriFile:
    try:
        return AriFile.model_validate(yaml.safe_load(text) or {})
    except yaml.YAMLError as broken:
        raise SettingsError(f"{path} is not valid YAML: {broken}") from broken
    except ValidationError as wrong:
        lines = [f"{path}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in wrong.errors()]
        raise SettingsError("\n".join(lines)) from wrong
