"""How often somebody may ask, and how every answer says so."""

from rest_framework.throttling import ScopedRateThrottle


class Limit(ScopedRateThrottle):
    """The limit of a view's `throttle_scope`, for each address that asks."""

    num_requests: int
    duration: int  # seconds

    def headers(self) -> dict[str, str]:
        """What is left, once `allow_request` has counted: the fields of the IETF's draft on rate
        limits, and those that most clients know. Times are in seconds."""
        most, span = self.num_requests, self.duration
        left = max(0, most - len(self.history))
        oldest = self.history[-1] if self.history else self.now
        after = max(0, round(oldest + span - self.now))
        return {
            "RateLimit-Policy": f'"{self.scope}";q={most};w={span}',
            "RateLimit": f'"{self.scope}";r={left};t={after}',
            "X-RateLimit-Limit": str(most),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset": str(after),
        }
