"""An SMTP server that takes every mail and keeps none, as fast as Python can.

    python -m bench.sink [SECONDS]

It prints its port. Each reply waits for SECONDS first, as that of a server far away does; it tells
the commands that a client may send without waiting for the reply to the one before (RFC 2920).
It ends with its standard input.
"""

import asyncio
import sys

MANY = 1 << 16


class Sink(asyncio.Protocol):
    """One connection."""

    def __init__(self, delay: float) -> None:
        self.delay = delay
        self.buffer = b""
        self.in_data = False
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.say(b"220 sink.example ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while self._one():
            pass

    def _one(self) -> bool:
        """Deal with one command, or with the end of a mail; whether there was one."""
        end = b"\r\n.\r\n" if self.in_data else b"\r\n"
        at = self.buffer.find(end)
        if at < 0:
            return False
        line, self.buffer = self.buffer[:at], self.buffer[at + len(end) :]
        if self.in_data:
            self.in_data = False
            self.say(b"250 2.0.0 Ok: queued as 4XKz2J1s0Wz9rx\r\n")
            return True
        command = line[:4].upper()
        self.in_data = command == b"DATA"
        if command == b"EHLO":
            self.say(b"250-sink.example\r\n250-PIPELINING\r\n250-SIZE\r\n250-8BITMIME\r\n"
                     b"250-SMTPUTF8\r\n250 ENHANCEDSTATUSCODES\r\n")  # fmt: skip
        elif command == b"DATA":
            self.say(b"354 go on\r\n")
        elif command == b"QUIT":
            self.say(b"221 2.0.0 bye\r\n")
            asyncio.get_running_loop().call_later(self.delay, self.transport.close)
        else:
            self.say(b"250 2.1.0 Ok\r\n")
        return True

    def say(self, reply: bytes) -> None:
        """Reply, after the delay."""
        if self.delay:
            asyncio.get_running_loop().call_later(self.delay, self.transport.write, reply)
        else:
            self.transport.write(reply)


async def main(delay: float) -> None:
    """Serve until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Sink(delay), "127.0.0.1", 0, backlog=MANY)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 0))
