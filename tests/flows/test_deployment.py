"""docker-compose.yml and prefect.yaml are what Docker and Prefect understand, and what docs/operations.md tells."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
VARIABLES = {"REPORTS": "/data/reports", "POSTGRES_PASSWORD": "secret"}
INPUT = {"GONGKAI_INPUT": "/data/reports", "GONGKAI_DB": "postgresql://user@127.0.0.1/gongkai"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The file as Compose sees it: variables filled in, merges done."""
    told: dict[str, Any] = yaml.safe_load(re.sub(r"\$\{(\w+)[^}]*\}", lambda name: VARIABLES[name[1]], COMPOSE))
    return told


def test_the_compose_file_is_one(compose: dict[str, Any]) -> None:
    spec = pytest.importorskip("compose_spec", reason="compose-spec is not installed: the file is not checked")
    read = spec.PyCompose.from_yaml(yaml.safe_dump(compose, allow_unicode=True))
    read.validate()
    assert set(read.to_dict()["services"]) == {"postgres", "install", "server", "worker"}
    wrong = {**compose, "services": {"postgres": {**compose["services"]["postgres"], "prots": []}}}
    with pytest.raises(ValueError, match="prots"):
        spec.PyCompose.from_yaml(yaml.safe_dump(wrong)).validate()


def test_every_port_is_bound_to_the_loopback_address(compose: dict[str, Any]) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert len(ports) == 2
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_what_services_name_is_declared(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        assert {one["source"] for one in service.get("configs", [])} <= set(compose["configs"])
        volumes = [str(one).partition(":")[0] for one in service.get("volumes", [])]
        assert {one for one in volumes if one[0] not in "./"} <= set(compose["volumes"])


def test_nothing_starts_without_a_password_and_reports() -> None:
    for name in VARIABLES:
        assert re.search(rf"\$\{{{name}:\?", COMPOSE), f"{name} has no message for when it is not set"
        assert f"{name}=" in OPERATIONS


def test_deployments_are_flows_with_parameters_they_take(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("prefect")
    from prefect.cli.deploy._models import PrefectYamlModel
    from prefect.client.schemas.schedules import CronSchedule
    from prefect.flows import load_flow_from_entrypoint

    monkeypatch.chdir(ROOT)
    raw = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))
    told = PrefectYamlModel.model_validate(raw)
    names = []
    for one, given in zip(told.deployments, raw["deployments"], strict=True):
        flow: Any = load_flow_from_entrypoint(one.entrypoint)
        text = yaml.safe_dump(given.get("parameters", {}))
        filled = yaml.safe_load(re.sub(r"\{\{ \$(\w+) \}\}", lambda name: INPUT[name[1]], text))
        taken = flow.validate_parameters(filled)
        assert {**taken, **filled} == taken
        for schedule in given.get("schedules", []):
            assert CronSchedule(cron=schedule["cron"], timezone=schedule["timezone"]).cron == schedule["cron"]
        names.append(f"{flow.name}/{one.name}")
    assert names == re.findall(r"^\| `(\w+/[\w-]+)` \|", OPERATIONS, re.M)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.long
def test_prefect_takes_the_deployments(tmp_path: Path) -> None:
    """`prefect deploy --all` against a server on this machine, as docs/operations.md has it."""
    pytest.importorskip("prefect")
    port = _free_port()
    environment = {
        **os.environ, **INPUT, "PREFECT_HOME": str(tmp_path), "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1", "CI": "1",
    }  # fmt: skip

    def prefect(*words: str) -> str:
        call = [sys.executable, "-m", "prefect", *words]
        done = subprocess.run(call, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    call = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(
        call,
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{environment['PREFECT_API_URL']}/health", timeout=5).close()
                break
            except OSError:
                assert server.poll() is None
                time.sleep(0.2)
        prefect("work-pool", "create", "gongkai", "--type", "process")
        prefect("--no-prompt", "deploy", "--all")
        for name in ("process_reports/yearly-intake", "retry_set_aside/nightly-retry", "relink/after-lexicon-change"):
            told = prefect("deployment", "inspect", name)
            assert INPUT["GONGKAI_DB"] in told
            assert "gongkai" in told
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()
