"""What other sites know about papers: one module a source, all through asking.py."""
