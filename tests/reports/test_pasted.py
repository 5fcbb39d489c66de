"""Values run by run in what people really paste, and what is asked back."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.pasted import read_runs

SHAPES = {
    "the cells of a LaTeX table": (
        r"93.1 {\scriptsize $\pm$ 0.4} & 92.8 {\scriptsize $\pm$ 0.3} \\",
        [93.1, 92.8],
    ),
    "a row of a LaTeX table with its name": (
        r"Ours (re-run) & \textbf{93.1} & $92.8_{\pm 0.3}$ & \underline{93.0} \\ \hline",
        [93.1, 92.8, 93.0],
    ),
    "a Markdown table": (
        "| seed | Accuracy |\n|-----:|:--------:|\n| 1 | **93.1** |\n| 2 | 92.8 |".replace("*", ""),
        [93.1, 92.8],
    ),
    "a column of Excel in Germany": ("0,931\n0,928\n1,002\n", [0.931, 0.928, 1.002]),
    "a range of a spreadsheet with its heading": (
        "Seed\tAccuracy (%)\tLoss\r\n1\t93,1\t0,25\r\n2\t92,8\t0,27\r\n",
        [93.1, 92.8],
    ),
    "thousands with thin spaces": ("12\u202f345,6\n11\u202f980,2", [12345.6, 11980.2]),
    "Chinese full-width digits": ("９３．１％、９２．８％；９３．０％", [93.1, 92.8, 93.0]),
    "runs exported by Weights & Biases": (
        '"Name","State","Created","accuracy","loss"\n"run-1","finished","2026-02-01",'
        '"0.931","0.25"\n"run-2","finished","2026-02-02","0.928","0.27"\n',
        [0.931, 0.928],
    ),
    "a list of objects": (
        '[{"seed": 1, "test": {"accuracy": 93.1}}, {"seed": 2, "test": {"accuracy": 93}}]',
        [93.1, 93.0],
    ),
    "an object of lists": ('{"accuracy": [93.1, 92.8], "f1": [90.2, 90.0]}', [93.1, 92.8]),
    "a history that Python printed": (
        "{'f1': [90.2, 90.0], 'accuracy': [93.1, 92.8]}",
        [93.1, 92.8],
    ),
    "a JSON Lines log of runs": (
        '{"seed": 1, "acc": 93.1, "loss": 0.3}\n{"seed": 2, "acc": 92.8, "loss": 0.4}\n',
        [93.1, 92.8],
    ),
    "an object with a value a run": ('{"seed_1": 93.1, "seed_2": 92.8}', [93.1, 92.8]),
    "lines with seeds": ("seed=1: 93.2\nseed=2: 93.4\nseed=3: 92.9", [93.2, 93.4, 92.9]),
    "lines of words": ("Run 1 → 93.2 %\nRun 2 → 93.4 %", [93.2, 93.4]),
    "an array that numpy printed": ("[0.931 0.928 0.93\n 0.94 ]", [0.931, 0.928, 0.93, 0.94]),
    "a list of numpy numbers": ("accs = [np.float64(0.931), np.float64(0.928)]", [0.931, 0.928]),
    "a tensor": ("tensor([0.9310, 0.9280], device='cuda:0')", [0.931, 0.928]),
    "a Python list": ("[93.1, 92.8, 93]", [93.1, 92.8, 93.0]),
    "percent signs": ("93.1%, 92.8%, 93 %", [93.1, 92.8, 93.0]),
    "uncertainty in brackets": ("93.1(4)\n92.8(12)", [93.1, 92.8]),
    "deviation in brackets": ("93.1 (0.4)\n92.8 (0.3)", [93.1, 92.8]),
    "a table that pandas printed": ("   seed   acc\n0     1  93.2\n1     2  93.4", [93.2, 93.4]),
    "what pandas writes as JSON": (
        '{"acc": {"0": 93.1, "1": 92.8}, "loss": {"0": 0.3, "1": 0.4}}',
        [93.1, 92.8],
    ),
    "a European CSV": ("Lauf;Accuracy;Zeit\n1;93,1;12,5\n2;92,8;13,0\n", [93.1, 92.8]),
    "CSV with quotes and empty cells": (
        'model,accuracy,note\n"ours, seed 1",93.1,\n"ours, seed 2",92.8,"slow, again"\nx,,\n',
        [93.1, 92.8],
    ),
    "a metric and its values": ("Top-1 accuracy: 93.1, 92.8, 93.0", [93.1, 92.8, 93.0]),
    "one heading and its column": ("test accuracy\n93.1\n92.8\n", [93.1, 92.8]),
}


@pytest.mark.parametrize(("text", "values"), SHAPES.values(), ids=SHAPES)
def test_what_people_paste_is_read(text: str, values: list[float]) -> None:
    assert [value.number for value in read_runs(text, metric="accuracy, %")] == values


TENSORBOARD = "Wall time,Step,Value\n1767225600.1,100,0.5\n1767225700.2,200,0.928\n"
KERAS = json.dumps(
    {"loss": [0.9, 0.4], "accuracy": [0.8, 0.9], "val_loss": [1.0, 0.5], "val_accuracy": [0.7, 0.9]}
)
CHART = (
    '"Step","seed-1 - val_acc","seed-1 - val_acc__MIN","seed-2 - val_acc","seed-2 - val_acc__MIN"\n'
    '"1","0.5","0.5","0.6","0.6"\n"2","0.93","0.93","0.94","0.94"\n'
)
EPOCHS = '{"run": "a", "epoch": 1, "acc": 80}\n{"run": "a", "epoch": 2, "acc": 93.1}\n' + (
    '{"run": "b", "epoch": 1, "acc": 81}\n{"run": "b", "epoch": 2, "acc": 92.8}\n'
)


@pytest.mark.parametrize(
    ("text", "column", "values"),
    [
        (TENSORBOARD, "Value, last", [0.928]),
        (TENSORBOARD, "value , ALL", [0.5, 0.928]),
        (KERAS, "val_accuracy, last", [0.9]),
        (KERAS, "val accuracy, all", [0.7, 0.9]),
        (CHART, "val_acc, last", [0.93, 0.94]),
        (CHART, "seed-2 - val_acc, last", [0.94]),
        (EPOCHS, "acc, last", [93.1, 92.8]),
        ("1\t93.1\n2\t92.8", "2", [93.1, 92.8]),
        ("acc,top5\n93.1,1\n92.8,5", "2", [1.0, 5.0]),
        ("[[1, 93.1], [2, 92.8]]", "2", [93.1, 92.8]),
        ("93.1 92.8", "accuracy", [93.1, 92.8]),
        ('{"log_history": [{"loss": 0.5}, {"eval_acc": 93.1, "eval_f1": 90}]}', "eval_f1", [90.0]),
    ],
)
def test_a_column_can_be_named(text: str, column: str, values: list[float]) -> None:
    assert [value.number for value in read_runs(text, metric="F1", column=column)] == values


STEPS = "values over the steps of a training, which are no runs"
SEVERAL = "There are several columns of numbers. Write under “column” which one holds your values: "


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (TENSORBOARD, f"“Value” has 2 {STEPS}: write “Value, last” as the column"),
        (KERAS, f"“accuracy” has 2 {STEPS}"),
        (EPOCHS.replace('"run"', '"model"'), f"“acc” has 4 {STEPS}"),
        ("epoch 1: 80\nepoch 2: 93", "“epoch 1” is a step of a training, which is no run"),
        ("1\t93.1\n2\t92.8", SEVERAL + "“1” (1, 2), “2” (93.1, 92.8)."),
        ("1 93.1\n2 92.8\n3 93.0", SEVERAL + "“1” (1, 2, …), “2” (93.1, 92.8, …)."),
        ("1,93.1\n2,92.8", SEVERAL),
        ("seed,test_acc,train_acc\n1,93,99\n2,92,98", SEVERAL + "“seed”, “test_acc”, “train_acc”."),
        ('{"f1": 93.1, "em": 92.8}', SEVERAL + "“f1”, “em”."),
        ("seed,acc\n1,93.1\nMean,93.1", "A row is called “Mean”: it is no run; leave it out."),
        ("seed 1: 93.1\nmean: 93.1", "A line is called “mean”: it is no run; leave it out."),
        ("best of three: 90.5", "A line is called “best of three”: it is no run; leave it out."),
        ("[93.1, NaN]", "“NaN” is no value"),
        ("[93.1, null]", "“null” is no value"),
        ("[93.1, [92.8]]", "This JSON mixes lists with values"),
        ("[]", "This JSON has no list of numbers"),
        ('{"acc": true}', "There is no column of numbers in this table"),
        ('{"acc": 93.1}\n{"acc": 92', "Line 2 is no whole JSON: mend it, or leave it out."),
        ("[[0.931 0.928]\n [0.94 0.93]]", "These are lists in a list: paste one of them."),
        ("[1e400]", "is larger than any measured value"),
        ("[" + "1" * 400 + "]", "is larger than any measured value"),
        ("acc\n" + "93.1\n" * 10_001, "More than 10,000 values"),
        (r"93.1\std{0.4} & 92.8\std{0.3}", r"“93.1\std0.4” is not a number: write it like 93.1."),
        (r"93.1 {\tiny 0.4} & 92.8 {\tiny 0.3}", "“93.1 0.4” holds several numbers"),
        ("x,y\na,b\nc,d", "There is no column of numbers"),
        ("1" * 1_000_001, "This is more than 1 MB of text"),
    ],
)
def test_what_does_not_show_its_values_is_asked_back(text: str, sentence: str) -> None:
    with pytest.raises(ValueError) as caught:
        read_runs(text, metric="accuracy")
    assert sentence in str(caught.value)
    assert str(caught.value).endswith(".")


def test_a_column_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(ValueError) as caught:
        read_runs("a,b\n1,2\n3,4", column="acc")
    assert str(caught.value) == (
        "There is no column “acc”. Write under “column” which one holds your values: “a”, “b”."
    )


def test_many_columns_are_not_all_named() -> None:
    heading = ",".join(f"c{i}" for i in range(40))
    with pytest.raises(ValueError, match="“c11” and 28 more"):
        read_runs(f"{heading}\n{','.join('1' * 40)}\n{','.join('2' * 40)}")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 50_000,
        "±" * 200_000,
        " ± " * 100_000,
        "1" + " " * 500_000 + "x",
        "\\" * 300_000,
        "1(" * 200_000,
        '"' * 300_000,
        "a: " * 100_000 + "1",
        "\t" * 300_000 + "x",
        "np.float64(" * 30_000,
        ";:" * 50_000,
    ],
)
def test_hostile_text_is_answered_soon(text: str) -> None:
    """No pattern looks at the same letters again and again."""
    try:
        values = read_runs(text)
    except ValueError as error:
        assert len(str(error)) < 500
    else:
        assert len(values) <= 1


PIECES = st.sampled_from(
    ["93.1", "0,931", "seed", "acc", "\t", "\n", ",", ";", "|", "&", " ", "±", "(4)", "{", "}", "[",
     "]", '"', ":", "=", "\\pm", "$", "%", "-", "e5", "nan", "1", "'", "\\\\", "null", "step", "，"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=25).map("".join))
def test_anything_gives_finite_numbers_or_a_sentence(text: str) -> None:
    try:
        values = read_runs(text, metric="acc", column="")
    except ValueError as error:
        assert str(error).endswith(".")
    else:
        assert all(math.isfinite(value.number) for value in values)


@given(
    st.lists(st.floats(-1e99, 1e99), min_size=1, max_size=20),
    st.sampled_from(["json", "lines", "objects", "csv", "tsv"]),
)
def test_what_a_program_writes_is_read_back(values: list[float], how: str) -> None:
    text = {
        "json": json.dumps(values),
        "lines": "\n".join(json.dumps({"seed": i, "acc": x}) for i, x in enumerate(values)),
        "objects": json.dumps({"acc": values, "other": values}),
        "csv": "name,acc\n" + "".join(f"r{i},{x!r}\n" for i, x in enumerate(values)),
        "tsv": "seed\tacc\n" + "".join(f"{i}\t{x!r}\n" for i, x in enumerate(values)),
    }[how]
    assert [value.number for value in read_runs(text, metric="acc")] == values
