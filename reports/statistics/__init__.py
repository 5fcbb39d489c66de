"""The statistics of `/statistics/`: counted from what everybody can read, and from nothing else.

Pure are survival, shares, spread, table, curves and strips. `counted` says what counts; a module a
subject gathers numbers and says them in words; `computing` stores all of it in one row, which is
all that the page reads.
"""
