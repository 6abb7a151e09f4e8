"""One connection to a Valkey or Redis server, over which what was asked at the same time goes
together: three hundred answers are a few messages, and few writes to the server's disk.
"""

import asyncio
import hashlib
import logging
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff
from redis.exceptions import NoScriptError

from ravine.rooms.store import StoreError

MOST_TOGETHER = 500  # commands of one message
ANSWER_SECONDS, CONNECT_SECONDS = 5.0, 2.0  # seconds until the server counts as away
RETRY_SECONDS = 0.1  # seconds until what failed is sent once more; all commands may come twice
MAY_BE_REFUSED = {"BGREWRITEAOF", "CONFIG GET"}  # by servers that are somebody else's

Command = tuple[Any, ...]
Awaited = tuple[Command, "asyncio.Future[Any]"]
logger = logging.getLogger("ravine")


class Pipeline:
    """Commands to the server at `address`, redis:// and the like; used from one event loop. Raises
    ValueError for an address that is none.
    """

    def __init__(self, address: str) -> None:
        self._server = Redis.from_url(
            address,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=CONNECT_SECONDS,
            retry=Retry(ConstantBackoff(RETRY_SECONDS), 1),
            decode_responses=True,
            protocol=2,
        )
        pool = self._server.connection_pool
        try:
            pool.connection_class(**pool.connection_kwargs)
        except TypeError:  # an option that there is not
            raise ValueError(address) from None
        self._waiting: list[Awaited] = []
        self._scripts: dict[str, str] = {}  # by hash
        self._sending: asyncio.Task[None] | None = None
        self._away = False

    async def ask(self, *command: Any) -> Any:
        """The server's answer. Raises StoreError where it refuses or cannot be reached; then the
        command may have been done.
        """
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((command, done))
        if self._sending is None:
            self._sending = asyncio.create_task(self._send_all())
        return await done

    async def run(self, script: str, keys: tuple[str, ...], told: tuple[Any, ...]) -> Any:
        """What a script answers. It is sent by its hash: the server writes to its disk after every
        16 kB that it has read, which are ten scripts or sixty hashes.
        """
        name = hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest()
        self._scripts[name] = script
        return await self.ask("EVALSHA", name, len(keys), *keys, *told)

    async def close(self) -> None:
        """Let go of the connection."""
        await self._server.aclose()

    async def _send_all(self) -> None:
        """Send what waits, and then what has come in the meantime, until nothing waits."""
        try:
            while self._waiting:
                await self._send_some()
        finally:
            self._sending = None

    async def _send_some(self) -> None:
        group, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
        try:
            results = await self._sent([command for command, _done in group])
        except Exception as error:  # noqa: BLE001 - whoever waits is told, whatever it is
            group, self._waiting = group + self._waiting, []  # it would be the same for them
            results = [error] * len(group)
        self._say(group, results)
        for (_command, done), result in zip(group, results, strict=True):
            _answer(done, result)

    async def _sent(self, commands: list[Command]) -> list[Any]:
        """An answer or an error for each. A server that was started again is taught the scripts."""
        results = await self._sent_once(commands)
        unknown = [i for i, result in enumerate(results) if isinstance(result, NoScriptError)]
        if unknown:
            whole = [("EVAL", self._scripts[commands[i][1]], *commands[i][2:]) for i in unknown]
            for i, result in zip(unknown, await self._sent_once(whole), strict=True):
                results[i] = result
        return results

    async def _sent_once(self, commands: list[Command]) -> list[Any]:
        async with self._server.pipeline(transaction=False) as together:
            for command in commands:
                together.execute_command(*command)
            return await together.execute(raise_on_error=False)

    def _say(self, group: list[Awaited], results: list[Any]) -> None:
        """Log the first of a row of errors, and the end of the row."""
        said = zip(group, results, strict=True)
        counted = [result for ((name, *_), _done), result in said if name not in MAY_BE_REFUSED]
        errors = [result for result in counted if isinstance(result, Exception)]
        if errors and not self._away:
            logger.warning("rooms: their server refuses or cannot be reached: %s", errors[0])
        if self._away and counted and not errors:
            logger.info("rooms: their server answers again")
        self._away = bool(errors) or (self._away and not counted)


def _answer(done: "asyncio.Future[Any]", result: Any) -> None:
    if done.done():  # whoever asked has left
        return
    if isinstance(result, Exception):
        done.set_exception(StoreError(str(result)))
    else:
        done.set_result(result)
