"""What goes wrong for one visitor stays with that one: hostile values over the websocket, and a clock that is wrong."""

import asyncio
import random

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from benchmarks.wire import Http, Page, component_picture
from ravine.experiments.link import decode
from ravine.experiments.race import run_race
from tests.browser.conftest import apart, patient

LINK = "run=adam&run=momentum&lr=0.05"
REDACTED = "This app has encountered an error. The original error message is redacted"


def wrong(name):
    """States that no control of the page sends for the widget called `name`."""
    for text in ("<b>x</b>", "nan", "9" * 400, "../../etc"):
        yield WidgetState(id=name, string_value=text)
        state = WidgetState(id=name)
        state.string_array_value.data[:] = [text, text]
        yield state
    state = WidgetState(id=name)
    state.double_array_value.data[:] = [float("nan"), 1e308]
    yield state
    yield WidgetState(id=name, int_value=2**60)
    yield WidgetState(id=name, json_value='{"picked": [1e999, "x"], "moved": {"a": {}}}')
    yield WidgetState(id=name, bytes_value=b"\xff\x00")


class Attacker(Page):
    """A page whose errors are kept, and not raised."""

    def __init__(self, url, query):
        super().__init__(url, query)
        self.told = []

    def _draw(self, message, run):
        element = message.delta.new_element
        if element.WhichOneof("type") == "exception":
            self.told.append(element.exception)
        else:
            super()._draw(message, run)


async def garbage(address):
    """Bytes that are no message. The server ends the connection, or goes on."""
    draw = random.Random(0)
    url = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    async with connect(
        url, origin=address, subprotocols=["streamlit"], open_timeout=20, proxy=None
    ) as socket:
        try:
            for size in (0, 1, 50, 5000):
                await socket.send(draw.randbytes(size))
            await asyncio.wait_for(socket.recv(), 1)
        except (ConnectionClosed, TimeoutError):
            pass


async def attacked(address):
    victim = Page(address, LINK)
    await victim.open()
    told = []
    for name in [*victim.widgets, "$$ID-0-nothing"]:
        for state in random.Random(name).sample([*wrong(name)], 4):
            attacker = Attacker(address, LINK)
            await attacker.open()
            attacker.widgets[name] = state
            await attacker.rerun()
            await attacker.close()
            told += attacker.told
    slider = victim.sliders["shared--lr"]
    for state in wrong(slider.id):  # as a slider that rests, without a run
        attacker = Attacker(address, LINK)
        await attacker.open()
        attacker.widgets[slider.id] = state
        await attacker.report(slider.fragment)
        await attacker.rerun()
        await attacker.close()
        told += attacker.told
    await garbage(address)
    quiet = await victim.rest("shared--lr", "0.1")
    run = await victim.rerun()
    health = Http(address)
    status, _body = await health.get("/_stcore/health")
    health.close()
    await victim.close()
    return told, quiet, run, status


def test_hostile_values_stay_with_who_sends_them(address):
    told, quiet, run, status = apart(attacked(address))
    assert status == 200
    for error in told:
        assert error.message.startswith(REDACTED)
        assert not error.stack_trace
    assert quiet
    picture = component_picture(run.components["ravine_arena"])
    (adam, _momentum) = run_race(decode({"run": ["adam", "momentum"], "lr": ["0.1"]}))
    assert picture.columns["x"][: len(adam.x)] == pytest.approx(adam.x[:, 0], abs=1e-6)


@pytest.mark.parametrize("year", [1999, 2099])
def test_a_wrong_clock_is_no_fault(browser, address, year):
    context = patient(browser, locale="en-US")
    page, wrong_ = context.new_page(), []
    page.clock.set_system_time(f"{year}-01-01T00:00:00Z")
    page.on(
        "console", lambda message: wrong_.append(message.text) if message.type == "error" else None
    )
    page.goto(f"{address}/?run=adam")
    page.wait_for_selector(".rv-arena[data-ready=true]")
    page.get_by_text("Momentum", exact=True).first.click()
    page.wait_for_function("() => document.querySelectorAll('.rv-lane').length === 2")
    assert wrong_ == []
    context.close()
