"""Errors that reach people. The class docstring is what they read first; the message says the particulars."""


class HeadwaterError(Exception):
    """Something Headwater can explain."""


class Behind(HeadwaterError):
    """The journal is too far behind to take more; send again after `retry_after` seconds."""

    def __init__(self, waiting: int, retry_after: int) -> None:
        super().__init__(f"{waiting} deliveries wait to be decided; send again in {retry_after} s")
        self.retry_after = retry_after


class Stopped(HeadwaterError):
    """The engine is not running: nothing can be accepted or decided."""
