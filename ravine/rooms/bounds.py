"""How much a room may hold. Every bound on what strangers can make a server keep is here."""

MOST_ROOMS = 200  # rooms of a store at the same time
MOST_PHONES = 1000  # phones that answer in one room
MOST_QUESTIONS = 40  # questions of a room
MOST_ROOM_BYTES = 4_000_000  # bytes of the answers in a room
MOST_ANSWER_BYTES = 200  # bytes of an answer as it is kept
MOST_QUESTION_BYTES = 60_000  # bytes of what a teacher sends at once, the picture included
MOST_BODY_BYTES = 2_000  # bytes of what a phone sends at once
ROOM_SECONDS = 12 * 3600.0  # seconds until a room ends by itself
GRACE_SECONDS = 2.0  # seconds after closing in which an answer that was under way still counts
