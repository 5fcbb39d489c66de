"""The API's part of the registry (product.md, section 10)."""
