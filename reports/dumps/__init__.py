"""Dumps: the whole public record as files of one moment (product.md, section 9; docs/data.md).

What is in them is what the API tells, by the API's own serializers. A record is a line of JSON; the
CSV tables are made from the same records.
"""
