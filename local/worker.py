"""Celery's worker and beat in one process, on the transport that lives in its memory.

`celery worker -B` starts beat as a process of its own, which that transport does not reach.
What is queued dies with the process; the truth is in the database, and the next ring finds it.
"""

from typing import Any

from celery.beat import EmbeddedService
from celery.signals import worker_ready

from config.celery import app


def main() -> int:
    """Work until SIGTERM or SIGINT; running tasks are finished first. Returns the exit code."""
    app.conf.broker_transport_options = {"polling_interval": 0.1}  # seconds; 1 unless told
    beat: Any = EmbeddedService(app, thread=True, scheduler_cls="celery.beat:Scheduler")

    @worker_ready.connect(weak=False)
    def ring(**_: Any) -> None:
        beat.start()

    worker = app.Worker(
        pool="threads",
        concurrency=4,
        loglevel="INFO",
        # Talk between workers: there is no other here.
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    worker.start()
    beat.service.stop()
    return int(worker.exitcode or 0)


if __name__ == "__main__":
    raise SystemExit(main())
