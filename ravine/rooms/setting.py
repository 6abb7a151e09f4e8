"""Which store the setting `RAVINE_ROOMS` means: the path of a file, or the address of a server."""

from ravine.rooms.sqlite_store import SqliteStore
from ravine.rooms.store import Store, StoreError

SCHEMES = ("redis", "rediss", "valkey", "valkeys", "unix")
PACKAGE = (
    "a server's address needs the Python package redis, as it is pinned in "
    "deploy/requirements-valkey.txt: pip install --require-hashes -r deploy/requirements-valkey.txt"
)
ADDRESS = (
    "it must be the path of a file, or the address of a Valkey or Redis server: "
    "valkey://:PASSWORD@HOST:6379/0, rediss://... with TLS, or unix:///PATH"
)
FILE = "the file cannot be opened ({why}): its folder must be there, and writable"


def open_store(setting: str) -> Store:
    """The store. Raises StoreError with a sentence for whoever wrote the setting, which may hold a
    password and so is not in it.
    """
    scheme, is_address, _rest = setting.partition("://")
    if not is_address:
        return _file(setting)
    if scheme not in SCHEMES:
        raise StoreError(ADDRESS)
    try:
        from ravine.rooms.valkey_store import ValkeyStore  # noqa: PLC0415 - only who has a server
    except ImportError:
        raise StoreError(PACKAGE) from None
    try:
        return ValkeyStore(setting)
    except ValueError:
        raise StoreError(ADDRESS) from None


def _file(path: str) -> Store:
    try:
        return SqliteStore(path)
    except StoreError as error:
        raise StoreError(FILE.format(why=error)) from None
