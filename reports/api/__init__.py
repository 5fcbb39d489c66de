"""The API's part of the reports (product.md, section 10): what everybody may see, and no more."""
