"""The new text of a reply."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.reply_text import new_text
from tests.notifications.reply_samples import ATTRIBUTIONS, DEVICES, HEADS
from tests.patience import at_most

ANSWER = "Thank you for asking.\n\nThe seed was 3, see table 2.\n\nBest,\nAda"
LETTER = "Dear Ada Author,\n\nwhich seed did you use?\n\nThe registry"


def quoted(text: str, mark: str = "> ") -> str:
    return "\n".join((mark + line).rstrip() for line in text.split("\n"))


@pytest.mark.parametrize("line", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS.keys())
def test_a_line_that_says_who_wrote_goes_with_the_quote_below_it(line: str) -> None:
    assert new_text(f"{ANSWER}\n\n{line}\n\n{quoted(LETTER)}\n") == ANSWER


@pytest.mark.parametrize("line", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS.keys())
def test_what_stands_below_such_a_line_is_quoted_also_without_marks(line: str) -> None:
    assert new_text(f"{ANSWER}\n\n{line}\n\n{LETTER}\n") == ANSWER


@pytest.mark.parametrize("line", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS.keys())
def test_an_answer_below_the_quote_is_the_answer(line: str) -> None:
    if "\n" not in line:
        assert new_text(f"{line}\n{quoted(LETTER)}\n\n{ANSWER}\n") == ANSWER


@pytest.mark.parametrize("line", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS.keys())
def test_such_a_line_may_be_broken_in_two(line: str) -> None:
    middle = line.rfind(" ", 0, 2 * len(line) // 3)
    if "\n" not in line and not line.startswith(">"):
        broken = line[:middle] + "\n" + line[middle + 1 :]
        assert new_text(f"{ANSWER}\n\n{broken}\n\n{quoted(LETTER)}\n") == ANSWER


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS.keys())
def test_the_head_of_a_quoted_letter_ends_the_answer(head: str) -> None:
    assert new_text(f"{ANSWER}\n\n{head}\n\n{LETTER}\n") == ANSWER
    assert new_text(f"{ANSWER}\n{head}\n{LETTER}\n") == ANSWER


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS.keys())
def test_a_head_inside_the_quote_goes_with_it(head: str) -> None:
    assert new_text(f"{ANSWER}\n\n{quoted(head)}\n>\n{quoted(LETTER)}\n") == ANSWER


@pytest.mark.parametrize("device", DEVICES)
def test_the_advertisement_of_a_telephone_is_no_answer(device: str) -> None:
    attribution = ATTRIBUTIONS["Gmail, English"]
    assert new_text(f"{ANSWER}\n\n{device}\n") == ANSWER
    assert new_text(f"{ANSWER}\n{device}\n\n{attribution}\n{quoted(LETTER)}\n") == ANSWER
    assert new_text(f"{device}\n\n{HEADS['QQ']}\n\n{LETTER}") == ""


@pytest.mark.parametrize("delimiter", ["-- ", "--", "—"])
def test_a_signature_is_left_out(delimiter: str) -> None:
    signature = f"{delimiter}\nAda Author\nDepartment of Examples\n+49 30 1234567"
    assert new_text(f"{ANSWER}\n\n{signature}\n") == ANSWER
    above = f"{ANSWER}\n{signature}\n\n{HEADS['Outlook, German']}\n\n{LETTER}"
    assert new_text(above) == ANSWER
    below = f"{ANSWER}\n\n{ATTRIBUTIONS['mutt']}\n{quoted(LETTER)}\n\n{signature}\n"
    assert new_text(below) == ANSWER


def test_a_card_below_a_rule_is_a_signature() -> None:
    card = "____________________\nAda Author\nDepartment of Examples\nTel. +49 30 1234567"
    assert new_text(f"{ANSWER}\n{card}\n") == ANSWER
    table = f"{ANSWER}\n\nResults\n--------------\nseed 1: 0.91\nseed 2: 0.92"
    assert new_text(table) == table


@pytest.mark.parametrize(
    "footer",
    [
        "_______________________________________________\nreaders mailing list\n"
        "readers@lists.example\nhttps://lists.example/mailman/listinfo/readers",
        "-- \nYou received this message because you are subscribed to the group.\n"
        "To unsubscribe from this group, write to group+unsubscribe@lists.example.",
        "**********************************************\nThis e-mail is confidential and intended"
        " solely for the addressee.\nIf you have received it in error, delete it.\n"
        "**********************************************",
        "Diese E-Mail ist vertraulich. Wenn Sie nicht der richtige Adressat sind oder sie"
        " irrtümlich\nerhalten haben, informieren Sie bitte den Absender.",
        "本邮件及其附件含有保密信息，如您误收，请删除。",
        "-- \nThis email has been checked for viruses by Avast antivirus software.\n"
        "https://www.avast.com/antivirus",
    ],
)
def test_footers_of_lists_scanners_and_lawyers_are_left_out(footer: str) -> None:
    assert new_text(f"{ANSWER}\n\n{footer}\n") == ANSWER


def test_answers_between_quoted_lines_stay_with_what_they_answer() -> None:
    mail = (
        f"{ATTRIBUTIONS['Gmail, English']}\n"
        "> Dear Ada,\n>\n> which seed\n> did you use?\n\nSeed 3.\n\n"
        "> And which learning rate?\n0.1, as table 2 says.\n>\n> The registry\n"
    )
    assert new_text(mail) == (
        "> which seed\n> did you use?\n\nSeed 3.\n\n"
        "> And which learning rate?\n\n0.1, as table 2 says."
    )


def test_a_passage_that_the_person_chose_stays_above_the_answer() -> None:
    mail = "> which seed did you use?\n\nSeed 3.\n"
    assert new_text(mail) == "> which seed did you use?\n\nSeed 3."


def test_no_quoted_paragraph_with_a_link_stays() -> None:
    mail = "> Answer here:\n> https://site.example/answer/secret\n>\n> Which seed?\n\nSeed 3.\n"
    assert new_text(mail) == "> Which seed?\n\nSeed 3."


def test_a_long_quoted_line_that_was_broken_in_two_is_quoted_to_its_end() -> None:
    long = "> We tried to obtain the value of table 2 with the code that was given in the\n"
    mail = f"Seed 3.\n\n{ATTRIBUTIONS['mutt']}\n{long}repository and\n> could not.\n"
    assert new_text(mail) == "Seed 3."


@pytest.mark.parametrize(
    "mail",
    [
        "",
        " \n\t\n",
        quoted(LETTER),
        f"{ATTRIBUTIONS['Gmail, French']}\n{quoted(LETTER)}",
        f"{HEADS['Outlook, Chinese']}\n\n{LETTER}",
        f"-----Original Message-----\n{LETTER}",
        "-- \nAda Author",
        "Sent from my iPhone",
        "________________________________",
    ],
)
def test_a_mail_without_a_word_of_its_own_has_no_new_text(mail: str) -> None:
    assert new_text(mail) == ""


def test_a_letter_passed_on_without_a_word_is_the_message() -> None:
    head = "From: Ben <ben@uni.example>\nDate: Mon, May 3, 2021\nSubject: Seed\nTo: Ada"
    inner = f"It was seed 3.\n\n{ATTRIBUTIONS['mutt']}\n{quoted(LETTER)}"
    mail = f"---------- Forwarded message ---------\n{head}\n\n\n{inner}"
    assert new_text(mail) == "It was seed 3."
    assert new_text(f"Ben knows.\n\n{mail}") == "Ben knows."


@pytest.mark.parametrize(
    "text",
    [
        "On this day\n\nwe wrote something:\n\nseed 3.",
        "On page 3 we write:\n\nthe seed was 3.",
        "As we wrote in section 4:\n\n  the seed was 3.",
        "The results:\n\n- seed 1: 0.91\n- seed 2: 0.92",
        "From: 0.1\nto: 0.9 in steps of 0.1",
        "Subject: seeds\n\nWe used three.",
        "Setup\n-----\nSeed 3.\n\nResults\n=======\n0.91",
        "Code\n\n--\n" + "\n".join(f"line {i}" for i in range(30)),
        "```\n# a comment\n> a prompt\n--\nOn 3 May 2021, Ada <a@b.example> wrote:\n```\n\nIt is.",
        ">>> import numpy\n>>> numpy.mean([1, 2])\n\ngives 1.5.",
        "| seed | accuracy |\n|---|---|\n| 1 | 0.91 |\n| 2 | 0.92 |",
        "seed    accuracy\n1       0.91\n550     5.1.1",
        "Date: 3 May 2021 is when we released the code.",
        "We sent from our side\nthe checkpoints.",
        "Sent by separate mail:\n\nthe data.",
        "The data are confidential; we cannot share them.",
        "I am out of the office this week, but the seed was 3.",
        "Code and data:\nhttps://code.example/repo\nhttps://data.example/set",
        "See our reply\n-- which is not a signature -- above.",
        "我们使用的随机种子是 3。\n\n结果见表 2：0.91",
        "写道：不是引用",
        "At 10:30 the run ends:\n\nloss 0.1",
        'We told the editor (ed@j.example) on 3 May 2021:\n\n"the seed was 3"\n\nand so on.',
        'The reviewer wrote on 3 May 2021:\n\n"fine"\n\nand we agree.',
        "Ask ben@uni.example for the data; as of 3 May 2021 these are the files:\n\n- a\n- b",
        "As Smith et al. (2021, 12:30) wrote:\n\nseed 3.",
        "发件人是我们的合作者。\n日期：2021年5月3日\n主题：无",
        "Dear all,\n\nFrom: seeds 1 to 5\nDate: 2021-05-03\n\nare the logs.",
        "The log:\n2021-05-03 10:12 ada@gpu.example:\n loss 0.2",
        "config:\n  from: a\n  to: b\n  date: 2021\nend",
        "the accuracy is\n> 0.6 for seed 2\nand less for the others",
        "Part one.\n\n---\n\nPart two, which says more.",
        "In 2019, with the code of 2018, we got:\n\n0.91",
    ],
)
def test_what_a_person_types_is_kept(text: str) -> None:
    assert new_text(text) == text
    below = f"{ATTRIBUTIONS['Gmail, English']}\n\n{quoted(LETTER)}\n"
    assert new_text(f"{text}\n\n{below}") == text


def test_windows_line_ends_and_control_characters_do_no_harm() -> None:
    mail = f"Seed 3.\x00\r\n\r\n{ATTRIBUTIONS['mutt']}\r\n> Which\u200b seed?\r\n"
    assert new_text(mail) == "Seed 3."


def test_the_html_body_is_read_where_the_plain_one_is_blank() -> None:
    html = "<p>Seed 3.</p><div class=gmail_quote>x<blockquote>Which seed?</blockquote></div>"
    assert new_text(" \n", html) == "Seed 3.\n\nx"
    assert new_text("The plain one.", "<p>The other one.</p>") == "The plain one."


def test_structure_shows_a_quote_that_words_do_not() -> None:
    text = "Seed 3.\n\nZorg blip Registry flurb\n\nWhich seed?"
    html = (
        "<div>Seed 3.</div><div class=moz-cite-prefix>Zorg blip Registry flurb</div>"
        "<blockquote type=cite>Which seed?</blockquote>"
    )
    assert new_text(text, html) == "Seed 3."


# What nobody typed ---------------------------------------------------------------------------

SNIPPETS = [
    *ATTRIBUTIONS.values(),
    *HEADS.values(),
    *DEVICES,
    *(
        "> quoted",
        ">> deeper",
        "",
        " ",
        "-- ",
        "```",
        "| bar",
        "words of a person",
        "<",
        "> wrote:",
    ),
]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.replace("\0", ""))  # no page shows a NUL byte


def is_subsequence(part: list[str], whole: list[str]) -> bool:
    rest = iter(whole)
    return all(word in rest for word in part)


@given(st.one_of(st.text(), st.lists(st.sampled_from(SNIPPETS)).map("\n".join)))
def test_nothing_is_added_to_what_the_mail_says(text: str) -> None:
    assert is_subsequence(words(new_text(text)), words(text))


@given(st.lists(st.sampled_from(SNIPPETS)).map("\n".join), st.text())
def test_nothing_raises(text: str, html: str) -> None:
    new_text(text, html)
    new_text("", html)


@pytest.mark.parametrize(
    "piece",
    [
        *(
            ">",
            "> x\n",
            "\n",
            " ",
            "On ",
            "On On 3 May 2021 ",
            "x",
            "<",
            ">\n<\n",
            "-",
            "*",
            ":",
            "`",
        ),
        *(
            "On 3 May 2021,\n",
            "On 3 May 2021, a <a@b.example\n> wrote:\n",
            "From: a\n",
            "To: b\n\n",
        ),
        *(
            "-----\n",
            "-- \n",
            "________________\n",
            "```\n",
            ">>> x\n",
            "| x\n",
            "a:\n",
            "\r",
            "写道：\n",
        ),
        *(
            "Sent from my iPhone\n\n",
            "confidential in error ",
            "1:1 ",
            "2021-",
            "----a",
            "\xa0",
            "\u200b",
        ),
    ],
)
def test_a_megabyte_of_anything_takes_little_time(piece: str) -> None:
    mail = (piece * (1_000_000 // len(piece) + 1))[:1_000_000]
    with at_most(20):
        new_text(mail)
        new_text("Seed 3.\n" + mail, "<p>Seed 3.")
