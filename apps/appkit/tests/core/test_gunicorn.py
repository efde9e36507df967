"""The configuration of gunicorn, and the checks before a start."""

import importlib.util
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType, SimpleNamespace

import pytest

from appkit import database, logs, metrics
from appkit.env import EXIT_CONFIG, SettingError

MODULE = "appkit.gunicorn"

type Load = Callable[..., ModuleType]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Iterator[Load]:
    """Imports the module again with other environment variables; logging stays as it is."""
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(logs, "configure", lambda _settings: None)
    monkeypatch.delitem(sys.modules, MODULE, raising=False)

    def fresh(**values: str) -> ModuleType:
        environ = {"ENVIRONMENT": "production", "SECRET_KEY": "k" * 40, "APP_NAME": "shop"}
        for name, value in {**environ, "DATABASE_URL": "sqlite:////tmp/x", **values}.items():
            monkeypatch.setenv(name, value)
        return importlib.import_module(MODULE)

    yield fresh
    sys.modules.pop(MODULE, None)
    signal.signal(signal.SIGTERM, before)


def test_the_worker_loads_from_the_trimmed_packages() -> None:
    """The build removes the modules of gunicorn that no application needs."""
    assert importlib.import_module("gunicorn.workers.gthread").ThreadWorker


class Store:
    def __init__(self) -> None:
        self.closed = False

    def ping(self) -> None: ...

    def pending(self) -> Sequence[str]:
        return []

    def close(self) -> None:
        self.closed = True


def server(application: Callable[[], object]) -> SimpleNamespace:
    messages: list[str] = []
    log = SimpleNamespace(error=lambda text, *values: messages.append(text % values))
    return SimpleNamespace(app=SimpleNamespace(wsgi=application), log=log, messages=messages)


def test_the_settings_of_gunicorn(load: Load) -> None:
    module = load(PORT="5000", THREADS="8")
    assert (module.bind, module.threads, module.workers) == ("0.0.0.0:5000", 8, 1)
    assert module.keepalive > 60
    assert not module.reload


def test_development_reloads(load: Load) -> None:
    assert load(ENVIRONMENT="development").reload


def test_gunicorn_trusts_no_forwarded_header(load: Load) -> None:
    module = load()
    assert (module.forwarded_allow_ips, module.forwarder_headers) == ("", "")
    assert module.secure_scheme_headers == {}


def test_messages_of_gunicorn_reach_the_root_logger(load: Load) -> None:
    module = load()
    from gunicorn.config import Config  # noqa: PLC0415

    configuration = Config()
    configuration.set("errorlog", module.errorlog)
    logger = module.JsonLogger(configuration)
    assert logger.error_log.propagate
    assert logger.error_log.handlers == []


def test_a_wrong_setting_stops_the_start(load: Load, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        load(PORT="none")
    assert caught.value.code == EXIT_CONFIG
    assert capsys.readouterr().err.startswith("settings: PORT")


def test_sigterm_ends_a_waiting_start(load: Load) -> None:
    load()
    with pytest.raises(SystemExit) as caught:
        signal.raise_signal(signal.SIGTERM)
    assert caught.value.code == 0


def test_metrics_start_in_the_worker(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[object] = []
    monkeypatch.setattr(metrics, "start", started.append)
    worker = SimpleNamespace(wsgi=object())
    load().post_worker_init(worker)
    assert started == [worker.wsgi]


class TestStart:
    def test_a_start_continues_once_the_database_answers(self, load: Load) -> None:
        store = Store()
        load().on_starting(server(lambda: SimpleNamespace(database=store)))
        assert store.closed

    def test_an_unready_database_prints_one_line(
        self, load: Load, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def give_up(*_arguments: object, **_options: object) -> None:
            raise database.NotReady("gave up")

        module = load()
        monkeypatch.setattr(database, "wait", give_up)
        arbiter = server(lambda: SimpleNamespace(database=Store()))
        with pytest.raises(SystemExit) as caught:
            module.on_starting(arbiter)
        assert caught.value.code == 1
        assert arbiter.messages == ["gave up"]

    def test_a_missing_setting_of_the_application_stops_the_start(self, load: Load) -> None:
        def application() -> object:
            raise SettingError("STRIPE_KEY is missing")

        with pytest.raises(SystemExit) as caught:
            load().on_starting(server(application))
        assert caught.value.code == EXIT_CONFIG

    def test_development_checks_in_another_process(self, load: Load) -> None:
        module = load(ENVIRONMENT="development")
        store = Store()
        module.on_starting(server(lambda: SimpleNamespace(database=store)))
        assert not store.closed

    def test_a_wrong_setting_stops_development_too(self, load: Load) -> None:
        def application() -> object:
            raise SettingError("A is missing")

        with pytest.raises(SystemExit) as caught:
            load(ENVIRONMENT="development").on_starting(server(application))
        assert caught.value.code == EXIT_CONFIG
