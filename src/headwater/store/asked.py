"""Actions already decided, with their answers: asking twice is asking once."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from headwater.core.actions import Answer
from headwater.store.moments import to_micros
from headwater.store.rows import to_json
from headwater.store.schema import ASKED

_ANSWER = msgspec.json.Decoder(dict[str, Any])


def answer_to(connection: Connection, key: str) -> Answer | None:
    """What was answered to this key, where it was asked before."""
    found = connection.execute(select(ASKED.c.answer).where(ASKED.c.key == key)).scalar()
    return Answer(**_ANSWER.decode(found)) if found else None


def remember(connection: Connection, key: str, answer: Answer, now: datetime) -> None:
    """Keep the answer for the next time the same is asked."""
    row = {
        "key": key,
        "at": to_micros(now),
        "answer": to_json(
            {
                "done": answer.done,
                "sentence": answer.sentence,
                "incident": answer.incident,
                "detail": answer.detail,
            }
        ),
    }
    connection.execute(ASKED.insert(), [row])
