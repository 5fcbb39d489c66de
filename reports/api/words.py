"""The words of states and outcomes, as the API's parameters and answers have them."""

from reports.models.report import choices
from reports.states import PUBLIC, Outcome, State

OPEN_STATES = [(state.value, state.value) for state in State if state in PUBLIC]
LINE_STATES = [(state.value, state.value) for state in (State.WITHDRAWN, State.REMOVED)]
BESIDE_STATES = [*OPEN_STATES, LINE_STATES[0]]
WORDS_STATES = [(state.value, state.value) for state in (State.DISPUTED, State.RESOLVED)]
OUTCOMES = choices(Outcome)
