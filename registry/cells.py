"""Cells of CSV files (RFC 4180) that people open with a table program. Pure."""

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""With what a table program takes a cell for a formula; the wide forms in East Asia."""


def cell(value: object) -> str:
    """One line of text that no table program takes for a formula; a number stays one."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    text = " ".join(str(value).split())
    return f"'{text}" if text.startswith(FORMULA) else text
