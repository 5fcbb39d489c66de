"""The API as a whole: its index, its description, its documentation, and what is not in it."""
