"""What is shipped for a server: that its files agree with each other, and that every package is pinned to the byte."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COMPOSE = (ROOT / "deploy" / "compose.yaml").read_text()


def services():
    """The services of the compose file by name, each as its text; those of one replica with what all replicas share."""
    shared = COMPOSE.partition("x-replica:")[2].partition("\nservices:")[0]
    hardened = COMPOSE.partition("x-hardened:")[2].partition("\nx-replica:")[0]
    text = COMPOSE.partition("\nservices:\n")[2].partition("\nnetworks:")[0]
    found = dict(re.findall(r"^  ([\w-]+):\n((?:    .*\n|\n)+)", text + "\n", re.MULTILINE))
    return {
        name: body + hardened + (shared if name != "nginx" else "") for name, body in found.items()
    }


def test_nginx_asks_the_replicas_that_there_are():
    upstream = re.findall(
        r"^server ([\d.]+):8501", (ROOT / "deploy" / "replicas.conf").read_text(), re.MULTILINE
    )
    proxy = re.findall(r"RAVINE_PROXY: ([\d.]+)", COMPOSE)
    assert [*upstream, *proxy] == re.findall(r"ipv4_address: ([\d.]+)", COMPOSE)
    assert len(upstream) >= 2
    assert "nginx" in services()
    assert all(
        f"{name}: {{ condition: service_healthy }}" in services()["nginx"]
        for name in services()
        if name != "nginx"
    )


@pytest.mark.parametrize("name", services())
def test_a_container_may_do_no_more_than_it_must(name):
    text = services()[name]
    for wanted in (
        "read_only: true",
        "cap_drop: [ALL]",
        "no-new-privileges:true",
        "tmpfs:",
        "pids_limit:",
        "mem_limit:",
    ):
        assert wanted in text
    assert min(map(int, re.findall(r"nofile: \{ soft: (\d+)", text))) >= 8192


def test_nobody_is_root():
    image = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^USER ravine$", image, re.MULTILINE)
    assert 'user: "101:101"' in services()["nginx"]
    assert re.search(
        r"^User=ravine$", (ROOT / "deploy" / "ravine@.service").read_text(), re.MULTILINE
    )


def test_images_are_of_one_version():
    assert re.search(
        r"^ARG PYTHON=3\.11\.\d+-slim-bookworm$", (ROOT / "Dockerfile").read_text(), re.MULTILINE
    )
    assert re.search(r"image: nginx:\d+\.\d+\.\d+-alpine$", COMPOSE, re.MULTILINE)
    assert "--require-hashes" in (ROOT / "Dockerfile").read_text()


@pytest.mark.parametrize(
    "name", ["requirements.txt", "requirements-dev.txt", "requirements-audit.txt"]
)
def test_every_package_is_pinned_to_the_byte(name):
    text = (ROOT / name).read_text().replace("\\\n", " ")
    packages = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert len(packages) > 30
    assert [line for line in packages if not re.match(r"[\w.-]+(\[[\w,-]+\])?==\S+", line)] == []
    assert [line.split()[0] for line in packages if "--hash=sha256:" not in line] == []
