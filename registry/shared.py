"""What authors share of a paper, in the words that pages, forms and filters have. Pure.

Code itself, the five points of the ML Code Completeness Checklist (Papers with Code, 2020:
dependencies, training code, evaluation code, trained models, the commands behind each result), and
what else it takes to obtain a result again. How what people say becomes one word is decided in
reports/sharing.py; metadata only ever says that something is there, and only where nobody else
says anything.
"""

from collections.abc import Iterable, Mapping
from itertools import product

from django.db.models import TextChoices


class Item(TextChoices):
    """A thing that is shared or not; its value is the name of its filter."""

    CODE = "code", "code"
    DEPENDENCIES = "dependencies", "dependencies"
    TRAINING_CODE = "training_code", "training code"
    EVALUATION_CODE = "evaluation_code", "evaluation code"
    MODELS = "models", "trained models"
    COMMANDS = "commands", "exact commands"
    DATA = "data", "data and its split"
    HYPERPARAMETERS = "hyperparameters", "hyperparameters"
    SEEDS = "seeds", "seeds and number of runs"
    COMPUTE = "compute", "compute used"


class Value(TextChoices):
    """Whether it is shared."""

    YES = "yes", "yes"
    PARTLY = "partly", "partly"
    NO = "no", "no"
    UNKNOWN = "unknown", "unknown"


KNOWN = (Value.YES, Value.PARTLY, Value.NO)
"""What is stored for the filter: unknown is what has no word."""
OPENED = frozenset(
    {Item.CODE, Item.TRAINING_CODE, Item.EVALUATION_CODE, Item.MODELS, Item.DATA}
)  # fmt: skip
"""What somebody opens to see it, so that only a link shows that it is there."""


def word(item: Item, value: Value) -> str:
    """The item and its value as the filter stores them, such as `code:partly`."""
    return f"{item.value}:{value.value}"


def words_of(item: Item) -> list[str]:
    """The words of an item of which something is known."""
    return [word(item, value) for value in KNOWN]


WORDS = [word(item, value) for item, value in product(Item, KNOWN)]


def with_metadata(said: Iterable[str], links: Mapping[str, object] | None) -> list[str]:
    """The words that people's statements came to, and `yes` for what metadata alone links to."""
    words = list(said)
    spoken_of = {one.partition(":")[0] for one in words}
    words += [word(item, Value.YES) for item in Item if item in (links or {})
              and item not in spoken_of]  # fmt: skip
    return sorted(words)
