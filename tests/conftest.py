import asyncio
import os
from pathlib import Path

import jax
import pytest
from hypothesis import HealthCheck, Phase, settings

from benchmarks.servers import kept_by_valkey, valkey
from ravine.core.words import speak
from tests.equipment import not_run

jax.config.update("jax_numpy_rank_promotion", "raise")
jax.config.update("jax_numpy_dtype_promotion", "strict")
# A plain run takes the same examples every time and tells of a failure as it was met: making it small would compile
# for minutes. EXAMPLES=1000 looks for new examples, and makes what it finds small.
SEARCHING = "EXAMPLES" in os.environ
settings.register_profile(
    "ravine",
    deadline=None,
    max_examples=int(os.environ.get("EXAMPLES", "40")),
    suppress_health_check=[HealthCheck.too_slow],  # a busy machine is no fault
    derandomize=not SEARCHING,
    phases=tuple(Phase) if SEARCHING else (Phase.explicit, Phase.reuse, Phase.generate),
)
settings.load_profile("ravine")


@pytest.fixture(scope="session", autouse=True)
def programs_on_disk():
    """What XLA compiled is kept, so that a second run of the tests is quick. Every program is still traced here."""
    folder = Path(os.environ.get("RAVINE_CACHE") or Path.home() / ".cache" / "ravine") / "jax"
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)


@pytest.fixture(autouse=True)
def in_english():
    """What a test before this one spoke is forgotten."""
    speak("en")


@pytest.fixture(scope="session")
def loop():
    """One event loop for all that stays connected; `loop.run` runs a coroutine in it."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="session")
def valkey_server():
    """A Valkey or Redis server with the settings of `deploy/`. Tests without one are not run, and listed as such."""
    try:
        valkey()
    except RuntimeError as error:
        pytest.skip(str(error))
    with kept_by_valkey() as server:
        yield server


# What takes longest begins first; then no worker is left alone with it in the end.
LONGEST = tuple(
    f"tests/{name}.py"
    for name in ("test_frameworks", "test_critical", "test_thumbnails", "test_guides", "test_fan",
                 "formula/test_running", "formula/test_heights", "wrappers/test_wrapped")
)  # fmt: skip


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_xdist_auto_num_workers():
    """One worker more than there are processors: a test that waits for another process leaves its own free."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session):
    """The last line of a test run says what was not run, and why."""
    result = yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if line := not_run(report.longrepr[2] for report in skipped):
        reporter.write_line(line)
    return result
