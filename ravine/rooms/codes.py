"""The code of a room, which is read aloud, and its keys, which are not."""

import hashlib
import hmac
import re
import secrets

# Crockford's base 32 without its vowels: no word can come out, and no two letters look alike
ALPHABET = "0123456789BCDFGHJKMNPQRSTVWXYZ"
CODE_LETTERS = 5
LOOKS_LIKE = str.maketrans("OIL", "011")
CODE = re.compile(f"[{ALPHABET}]{{{CODE_LETTERS}}}")
PHONE = re.compile(r"[A-Za-z0-9_-]{16,40}")  # what a phone calls itself: chosen at random there


def new_code() -> str:
    """One of 24 million codes."""
    return "".join(secrets.choice(ALPHABET) for _letter in range(CODE_LETTERS))


def new_key() -> str:
    """128 bits, as 22 letters that may stand in an address."""
    return secrets.token_urlsafe(16)


def read_code(typed: str) -> str | None:
    """The code that somebody typed, however they wrote it; None when it is none."""
    code = re.sub(r"[\s-]", "", typed[:40]).upper().translate(LOOKS_LIKE)
    return code if CODE.fullmatch(code) else None


def hash_of(key: str) -> str:
    """What is kept of a key. It is random and long, so one round of SHA-256 is enough."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def is_key(key: str, kept: str) -> bool:
    """Whether `key` is the one whose hash was kept."""
    return hmac.compare_digest(hash_of(key), kept)
