"""Tables of words as one regular expression. Pure."""

import re


def one_of(*tables: str) -> str:
    """The source of a pattern that matches any line of the tables; empty lines say nothing."""
    lines = (line.strip() for table in tables for line in table.split("\n"))
    return "(?:" + "|".join(line for line in lines if line) + ")"


def any_of(*tables: str) -> re.Pattern[str]:
    """A pattern that matches any line of the tables, in capitals or not."""
    return re.compile(one_of(*tables), re.IGNORECASE)
