"""Trying and testing on one machine without any server installed. Never a part of production."""
