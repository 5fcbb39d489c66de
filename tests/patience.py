"""How long hostile input may take, in the time of the machine that the test runs on."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

ADDITIONS = 200_000
"""A hundredth of what the usual machine does in a second."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """What stands inside takes no more processor time than `seconds` of the usual machine.

    This one's are told by a loop that runs before and after it, so a slow or busy machine changes
    nothing. What is not linear takes minutes to hours of either.
    """
    loop = _loop()
    began = time.process_time()
    yield
    took = time.process_time() - began
    loop = max(loop, _loop())
    assert took < 100 * seconds * loop, f"{took:.1f} s; a loop takes {loop:.3f} s"


def _loop() -> float:
    began = time.process_time()
    total = 0
    for n in range(ADDITIONS):
        total += n
    return time.process_time() - began
