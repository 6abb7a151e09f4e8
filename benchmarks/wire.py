"""A visitor without a browser: HTTP on a connection that is kept, and a page over Streamlit's own websocket protocol.

`Page` does what Streamlit's front end does with widgets and messages: it knows every widget that is drawn, sends all of
their values with each rerun, and keeps the messages that the server may refer to by their hash.
"""

import asyncio
import gzip
import json
import time
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import numpy as np
import pyarrow as pa
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.BidiComponent_pb2 import BidiComponent
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

MOST_KEPT = 4  # messages; a front end forgets what two runs did not mention
PATIENCE = 60.0  # seconds until an answer that has not come is an error
HEADERS = (
    "Accept: */*\r\nAccept-Encoding: gzip\r\nAccept-Language: en-US\r\nConnection: keep-alive\r\n"
)


class WrongError(Exception):
    """An answer that is not the right one. The text is the kind of error, by which errors are counted."""


class Http:
    """GET requests one after the other on one connection, which is opened anew when the server has closed it."""

    def __init__(self, url: str) -> None:
        self.host, self.port = urlsplit(url).hostname, urlsplit(url).port
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def get(self, path: str) -> tuple[int, bytes]:
        """Status and body, unpacked. Raises WrongError when the server does not answer."""
        kept = self.writer is not None
        try:
            return await asyncio.wait_for(self._ask(path), PATIENCE)
        except (ConnectionError, asyncio.IncompleteReadError) as error:
            self.close()
            if kept:
                return await self.get(path)
            raise WrongError("no connection") from error
        except (TimeoutError, OSError) as error:
            self.close()
            raise WrongError("no answer over HTTP") from error

    async def whole(self, path: str) -> bytes:
        """The body of an answer with status 200. Raises WrongError for any other."""
        status, body = await self.get(path)
        if status != 200:
            raise WrongError(f"status {status}")
        return body

    async def _ask(self, path: str) -> tuple[int, bytes]:
        if self.reader is None or self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
        self.writer.write(
            f"GET {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n{HEADERS}\r\n".encode()
        )
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head[1:])
        }
        body = await self._body(self.reader, headers)
        if headers.get("connection") == "close":
            self.close()
        return int(head[0].split()[1]), gzip.decompress(body) if headers.get(
            "content-encoding"
        ) == "gzip" else body

    @staticmethod
    async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding") != "chunked":
            return await reader.readexactly(int(headers.get("content-length", 0)))
        body = b""
        while size := int(await reader.readuntil(b"\r\n"), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readexactly(2)
        return body

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


class Slider(NamedTuple):
    """A slider of the page that stops at texts."""

    id: str
    stops: tuple[str, ...]
    fragment: str


@dataclass
class Run:
    """What one run of the page, or of a fragment, has sent; or what a turn has that needed no run: nothing but the address."""

    components: dict[str, BidiComponent] = field(default_factory=dict)
    ended: float = 0.0  # `time.perf_counter` when the run was over
    bytes: int = 0


class Page:
    """One page in one session. `open` it, `rerun` it, `close` it."""

    def __init__(self, url: str, query: str) -> None:
        self.url, self.query = url, query
        self.widgets: dict[str, WidgetState] = {}
        self.sliders: dict[str, Slider] = {}  # by key, as in ui/turns.py
        self.texts: dict[str, Slider] = {}
        self.kept: dict[str, ForwardMsg] = {}
        self.page = ""

    async def open(self) -> Run:
        """Connect and run the whole page for the first time."""
        address = f"{self.url.replace('http', 'ws', 1)}/_stcore/stream"
        try:
            self.socket = await connect(
                address,
                origin=self.url,  # pyright: ignore[reportArgumentType]
                subprotocols=["streamlit"],  # pyright: ignore[reportArgumentType]
                compression=None,
                max_size=None,
                open_timeout=PATIENCE,
                ping_interval=None,
                proxy=None,
            )
        except (OSError, TimeoutError, WebSocketException, EOFError) as error:
            raise WrongError("no websocket") from error
        return await self.rerun()

    async def close(self) -> None:
        if hasattr(self, "socket"):
            await self.socket.close()

    async def rest(self, key: str, text: str) -> bool:
        """Let go of a slider at `text`, another than before: whether the page needed no run for it. Raises WrongError."""
        return not (await self.rerun(self.turn(key, text), quiet=True)).ended

    async def rerun(self, fragment: str = "", quiet: bool = False) -> Run:
        """Run the page, or one fragment of it, with the widgets as they are. Raises WrongError.

        `quiet`: an address that comes without a run is the whole answer.
        """
        await self.report(fragment)
        try:
            return await asyncio.wait_for(self._listen(quiet), PATIENCE)
        except TimeoutError as error:
            raise WrongError("no answer over the websocket") from error
        except WebSocketException as error:
            raise WrongError("the websocket was closed") from error

    async def report(self, fragment: str) -> None:
        """Send what the widgets hold, for the page or one fragment of it, and wait for nothing. Raises WrongError."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_script_hash, state.fragment_id = (
            self.query,
            self.page,
            fragment,
        )
        state.widget_states.widgets.extend(self.widgets.values())
        while len(self.kept) > MOST_KEPT:  # not while it runs: the server knows what it was told
            del self.kept[next(iter(self.kept))]
        state.cached_message_hashes.extend(self.kept)
        context = state.context_info
        context.timezone, context.locale, context.url, context.color_scheme = (
            "UTC",
            "en-US",
            f"{self.url}/",
            "light",
        )
        try:
            await self.socket.send(message.SerializeToString())
        except WebSocketException as error:
            raise WrongError("the websocket was closed") from error

    def turn(self, key: str, text: str) -> str:
        """Let the slider called `key` show `text`; the fragment to run."""
        slider = self.sliders[key]
        self.widgets[slider.id].string_array_value.data[:] = [text]
        return slider.fragment

    def shows(self, key: str) -> str:
        """What the slider called `key` shows."""
        return self.widgets[self.sliders[key].id].string_array_value.data[0]

    def type(self, key: str, text: str) -> str:
        """Let the text field called `key` hold `text`; the fragment to run."""
        field = self.texts[key]
        self.widgets[field.id].string_value = text
        return field.fragment

    async def _listen(self, quiet: bool) -> Run:
        run = Run()
        while True:
            data = await self.socket.recv()
            run.bytes += len(data)
            message = ForwardMsg()
            message.ParseFromString(data if isinstance(data, bytes) else data.encode())
            kind = message.WhichOneof("type")
            if kind == "script_finished":
                if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    continue  # it runs again
                if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                    raise WrongError("the script does not compile")
                run.ended = time.perf_counter()
                return run
            quiet = quiet and kind != "new_session"
            self._take(message, kind, run)
            if quiet and kind == "page_info_changed":
                return run

    def _take(self, message: ForwardMsg, kind: str | None, run: Run) -> None:
        if kind == "ref_hash":
            if message.ref_hash not in self.kept:
                raise WrongError("a message that was never sent")
            kept = ForwardMsg()
            kept.CopyFrom(self.kept[message.ref_hash])
            kept.metadata.CopyFrom(message.metadata)
            message, kind = kept, kept.WhichOneof("type")
        elif message.metadata.cacheable:
            self.kept[message.hash] = message
        if kind == "new_session":
            self.page = message.new_session.page_script_hash
        elif kind == "navigation":
            self.page = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._draw(message, run)

    def _draw(self, message: ForwardMsg, run: Run) -> None:
        element, fragment = message.delta.new_element, message.delta.fragment_id
        kind = element.WhichOneof("type")
        if kind == "exception":
            raise WrongError(f"an exception on the page: {element.exception.type}")
        if kind == "bidi_component":
            run.components[element.bidi_component.component_name.rpartition(".")[2]] = (
                element.bidi_component
            )
        elif kind == "slider":
            self._slider(element.slider, fragment)
        elif kind == "selectbox":
            self._selectbox(element.selectbox)
        elif kind == "button_group":
            self._button_group(element.button_group)
        elif kind in {"text_input", "number_input"}:
            self._field(getattr(element, kind), fragment)

    # What a widget holds stands until the page sets it; its default is for the first time alone.

    def _button_group(self, group: Any) -> None:
        known, state = group.id in self.widgets, self._widget(group.id)
        if group.set_value:
            state.string_array_value.data[:] = group.raw_values
        elif not known:
            state.string_array_value.data[:] = [group.options[i].content for i in group.default]

    def _selectbox(self, box: Any) -> None:
        known, state = box.id in self.widgets, self._widget(box.id)
        if box.set_value:
            state.ClearField("string_value")
            if box.HasField("raw_value"):
                state.string_value = box.raw_value
        elif not known and box.HasField("default"):
            state.string_value = box.options[box.default]

    def _slider(self, slider: Any, fragment: str) -> None:
        key = _key(slider.id)
        known, state = slider.id in self.widgets, self._widget(slider.id)
        if slider.options:
            self.sliders[key] = Slider(slider.id, tuple(slider.options), fragment)
            if slider.set_value:
                state.string_array_value.data[:] = slider.raw_value
            elif not known:
                state.string_array_value.data[:] = [slider.options[int(i)] for i in slider.default]
        elif slider.set_value or not known:
            state.double_array_value.data[:] = slider.value if slider.set_value else slider.default

    def _field(self, box: Any, fragment: str) -> None:
        known, state = box.id in self.widgets, self._widget(box.id)
        self.texts[_key(box.id)] = Slider(box.id, (), fragment)
        value = box.value if box.set_value else box.default
        if box.set_value or not known:
            name = "string_value" if isinstance(value, str) else "double_value"
            setattr(state, name, value)

    def _widget(self, name: str) -> WidgetState:
        return self.widgets.setdefault(name, WidgetState(id=name))


def _key(name: str) -> str:
    """The key of the widget with the id `name`: $$ID-<hash>-<key>."""
    return name.removeprefix("$$ID-").partition("-")[2]


class Picture(NamedTuple):
    """A race as the arena gets it: words and looks, and the columns of all lanes one after the other."""

    data: dict[str, Any]
    columns: dict[str, np.ndarray]


def component_picture(component: BidiComponent) -> Picture:
    """What a component was mounted with. Raises WrongError when it is no picture."""
    data = json.loads(component.mixed.json or "{}")
    if len(component.mixed.arrow_blobs) != 1:
        raise WrongError("an arena without paths")
    blob = next(iter(component.mixed.arrow_blobs.values())).data
    table = pa.ipc.open_stream(blob).read_all()
    return Picture(data, {name: table[name].to_numpy() for name in table.column_names})


def preview_picture(body: bytes) -> Picture:
    """What a preview holds (`ravine.payload.picture.packed`)."""
    size = int.from_bytes(body[:4], "little")
    data, at, columns = json.loads(body[4 : 4 + size]), 4 + size, {}
    rows = len(data["lanes"]) * (data["steps"] + 1)
    for name, width in data["table"]:
        columns[name] = np.frombuffer(body, f"<f{width}", rows, at)
        at += rows * width
    return Picture(data, columns)
