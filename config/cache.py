"""A cache in Redis that may be away: nothing is found then, nothing is kept, and pages answer."""

from typing import Any

from django_redis.cache import RedisCache


class Cache(RedisCache):  # type: ignore[misc]
    """django-redis with IGNORE_EXCEPTIONS, which logs what it ignores."""

    def add(self, *args: Any, **kwargs: Any) -> bool:
        """True too while Redis is away: whoever takes a lock this way is not kept waiting."""
        added = super().add(*args, **kwargs)
        return True if added is None else bool(added)
