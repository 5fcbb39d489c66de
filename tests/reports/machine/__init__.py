"""A machine that lives whole lives of reports, and a second opinion on all that it sees.

`people.py` acts, `mail.py` and `clock.py` move mail and time; `judge.py`, `promises.py`,
`replay.py`, `record.py` and `pages.py` say what must hold. None of these asks reports/lapse.py,
reach.py, deadlines.py or standing.py: they read the rows and product.md, and nothing else.
"""
