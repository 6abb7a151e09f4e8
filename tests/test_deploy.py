"""What is shipped for a server: that its files agree with each other, and that every package is pinned to the byte."""

import re
from pathlib import Path

import pytest

from ravine.rooms import bounds

ROOT = Path(__file__).parents[1]
COMPOSE = (ROOT / "deploy" / "compose.yaml").read_text()
ROOMS = (ROOT / "deploy" / "compose.rooms.yaml").read_text()  # on the host that keeps them
ELSEWHERE = (ROOT / "deploy" / "compose.elsewhere.yaml").read_text()


def services():
    """The services of the compose file by name, each as its text; those of one replica with what all replicas share."""
    shared = COMPOSE.partition("x-replica:")[2].partition("\nservices:")[0]
    hardened = COMPOSE.partition("x-hardened:")[2].partition("\nx-replica:")[0]
    found = own_lines(COMPOSE)
    return {
        name: body + hardened + (shared if name != "nginx" else "") for name, body in found.items()
    }


def own_lines(compose):
    """What a compose file says of each service."""
    text = re.split(r"\n(?:networks|volumes):", compose.partition("\nservices:\n")[2])[0]
    return dict(re.findall(r"^  ([\w-]+):(.*\n(?:    .*\n|\n)*)", text + "\n", re.MULTILINE))


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


@pytest.mark.parametrize("name", [*services(), "valkey"])
def test_a_container_may_do_no_more_than_it_must(name):
    text = (services() | {"valkey": own_lines(ROOMS)["valkey"]})[name]
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
    assert 'user: "999:1000"' in own_lines(ROOMS)["valkey"]
    assert re.search(
        r"^User=ravine$", (ROOT / "deploy" / "ravine@.service").read_text(), re.MULTILINE
    )


def test_images_are_of_one_version():
    assert re.search(
        r"^ARG PYTHON=3\.11\.\d+-slim-bookworm$", (ROOT / "Dockerfile").read_text(), re.MULTILINE
    )
    assert re.search(r"image: nginx:\d+\.\d+\.\d+-alpine$", COMPOSE, re.MULTILINE)
    assert re.search(r"image: valkey/valkey:8\.\d+\.\d+-alpine$", ROOMS, re.MULTILINE)
    assert "--require-hashes" in (ROOT / "Dockerfile").read_text()


def test_rooms_of_one_host_have_a_folder_that_every_replica_may_write():
    image = (ROOT / "Dockerfile").read_text()
    assert re.search(r"install -d -o ravine -g ravine /home/ravine/rooms$", image, re.MULTILINE)
    for name, text in services().items():
        assert ('"rooms:/home/ravine/rooms"' in text) == name.startswith("replica")


@pytest.mark.parametrize("more", [ROOMS, ELSEWHERE], ids=["rooms", "elsewhere"])
def test_rooms_of_several_hosts_are_on_one_server_for_every_replica(more):
    replicas = {name for name in services() if name != "nginx"}
    assert set(own_lines(more)) - {"valkey"} == replicas
    assert all("*replica" in own_lines(more)[name] for name in replicas)
    shared = more.partition("x-replica:")[2].partition("\nservices:")[0]
    assert 'args: { VALKEY: "yes" }' in shared
    assert re.search(
        r"valkey://:\$\{RAVINE_ROOMS_PASSWORD:\?[^}]+\}@\S.*:6379/0$", shared, re.MULTILINE
    )


def test_the_replicas_beside_the_server_find_it_and_those_elsewhere_get_out():
    (address,) = re.findall(r"ipv4_address: ([\d.]+)", ROOMS)
    assert f"@{address}:6379" in ROOMS
    assert address not in re.findall(r"ipv4_address: ([\d.]+)", COMPOSE)
    assert all("outside: {}" in text for text in own_lines(ELSEWHERE).values())


def test_the_server_of_rooms_keeps_what_it_acknowledges_and_asks_for_a_password():
    assert "./valkey.conf:/etc/valkey/valkey.conf:ro" in own_lines(ROOMS)["valkey"]
    assert '"/etc/valkey/valkey.conf", "--requirepass"' in own_lines(ROOMS)["valkey"]
    lines = (ROOT / "deploy" / "valkey.conf").read_text().splitlines()
    for line in ("appendonly yes", "appendfsync always", "maxmemory-policy noeviction"):
        assert line in lines
    (gigabytes,) = re.findall(r"^maxmemory (\d+)gb$", "\n".join(lines), re.MULTILINE)
    fullest = bounds.MOST_ROOM_BYTES + bounds.MOST_QUESTIONS * bounds.MOST_QUESTION_BYTES
    assert bounds.MOST_ROOMS * fullest < int(gigabytes) * 2**30


def test_what_a_server_of_rooms_needs_is_in_the_image_where_it_is_asked_for():
    image = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^ARG VALKEY=$", image, re.MULTILINE)
    assert "${VALKEY:+-r requirements-valkey.txt}" in image
    one, other = (
        re.findall(r"^redis==\S+", (ROOT / name).read_text(), re.MULTILINE)
        for name in ("deploy/requirements-valkey.txt", "requirements-dev.txt")
    )
    assert one == other != []
    assert "\nredis==" not in (ROOT / "requirements.txt").read_text()


@pytest.mark.parametrize(
    ("name", "fewest"),
    [
        ("requirements.txt", 30),
        ("requirements-dev.txt", 30),
        ("requirements-audit.txt", 30),
        ("deploy/requirements-valkey.txt", 1),
    ],
)
def test_every_package_is_pinned_to_the_byte(name, fewest):
    text = (ROOT / name).read_text().replace("\\\n", " ")
    packages = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert len(packages) >= fewest
    assert [line for line in packages if not re.match(r"[\w.-]+(\[[\w,-]+\])?==\S+", line)] == []
    assert [line.split()[0] for line in packages if "--hash=sha256:" not in line] == []
