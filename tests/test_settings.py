"""Settings: what is missing or wrong is named, all at once, with the way to mend it."""

from pathlib import Path

import pytest
import yaml

from settings import SettingsError, load

ROOT = Path(__file__).resolve().parent.parent
SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-x",
    "SLACK_APP_TOKEN": "xapp-x",
    "STRIPE_API_KEY": "rk_test_x",
    "ARI_LOG_KEY": "k" * 32,
}


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The example configuration in a file of its own, to be broken."""
    for name in ("ARI_SLACK_MODE", "SLACK_SIGNING_SECRET", "ARI_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    file = tmp_path / "ari.yml"
    file.write_text((ROOT / "ari.example.yml").read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setenv("ARI_CONFIG", str(file))
    return file


def test_the_example_is_complete(configured: Path) -> None:
    settings = load(env_file=None)
    assert settings.file.company.name == "Tinwhistle Voice"
    assert settings.database_url.startswith("sqlite:///")


@pytest.mark.parametrize("name", SECRETS)
def test_a_missing_secret_is_named(configured: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv(name)
    with pytest.raises(SettingsError, match=name):
        load(env_file=None)


def test_http_mode_needs_the_signing_secret(configured: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARI_SLACK_MODE", "http")
    with pytest.raises(SettingsError, match="SLACK_SIGNING_SECRET"):
        load(env_file=None)


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("company.time_zone", "Mars/Olympus", "company.time_zone"),
        ("policy.send.groups", ["finance"], "policy.send.groups"),
        ("policy.send.second_above", {"USD": "a lot"}, "second_above"),
        ("policy.sned", {}, "policy.sned"),
        ("notices.morning", "9 o'clock", "notices.morning"),
        ("usage.metrics.minutes.per", 0, "usage.metrics.minutes.per"),
        ("channels.billing", "#billing", "channels.billing"),
    ],
)
def test_a_wrong_value_is_named(configured: Path, path: str, value: object, named: str) -> None:
    body = yaml.safe_load(configured.read_text(encoding="utf-8"))
    *parents, last = path.split(".")
    place = body
    for name in parents:
        place = place[name]
    place[last] = value
    configured.write_text(yaml.safe_dump(body), encoding="utf-8")
    with pytest.raises(SettingsError, match=named):
        load(env_file=None)


@pytest.mark.parametrize(("text", "said"), [("a: [", "not valid YAML"), ("", "company"), ("- a list", "ari.yml")])
def test_a_broken_file(configured: Path, text: str, said: str) -> None:
    configured.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        load(env_file=None)


def test_a_file_that_is_not_there(configured: Path) -> None:
    configured.unlink()
    with pytest.raises(SettingsError, match=r"ari\.example\.yml"):
        load(env_file=None)
