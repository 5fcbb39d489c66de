"""What every page must hold for everybody, asked of a real browser. Each check lists its faults."""

from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SCRIPT = (Path(__file__).parent / "checks.js").read_text()
CONTRAST = 4.5  # WCAG 2.2, 1.4.3 AA for text of any size
IN_A_FRAME = 100
"""So many stops of Tab within a frame, and it counts as a trap."""
TARGET = 24  # CSS pixels: WCAG 2.2, 2.5.8 AA
AXE: dict[str, Any] = {
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}},
}


def by_axe(page: Page) -> list[str]:
    """The rules of axe-core that the page breaks, with the first place of each."""
    found = Axe().run(page, options=AXE).response["violations"]
    return [f"axe {one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


def _ask(page: Page, name: str, *arguments: object) -> list[str]:
    return [
        f"{name}: {fault}"
        for fault in page.evaluate(f"([...given]) => {{ {SCRIPT} return {name}(...given); }}",
                                   list(arguments))
    ]  # fmt: skip


def contrast(page: Page) -> list[str]:
    """Text that stands out less than 4.5:1 against what is behind it."""
    return _ask(page, "contrast", CONTRAST)


def headings(page: Page) -> list[str]:
    """One h1 and no level left out; what people wrote in Markdown is not counted."""
    return _ask(page, "headings")


def labels(page: Page) -> list[str]:
    """Fields without words that name them."""
    return _ask(page, "labels")


def targets(page: Page) -> list[str]:
    """What is pressed and smaller than 24 by 24 pixels, links within a text aside."""
    return _ask(page, "targets", TARGET)


def sideways(page: Page) -> list[str]:
    """What makes the page wider than the screen."""
    return _ask(page, "sideways")


def keyboard(page: Page) -> list[str]:
    """Tab reaches all there is, in the order of the page, and shows where it is."""
    faults = []
    page.goto(page.url.partition("#")[0])
    expected = page.evaluate(f"() => {{ {SCRIPT} return tabbable(); }}")
    reached: list[str] = []
    inside = 0
    while len(reached) < len(expected) + 2:
        page.keyboard.press("Tab")
        here, fault = page.evaluate(f"() => {{ {SCRIPT} return focus(); }}")
        if here == "" and len(page.frames) > 1:  # a frame is another process: it takes a moment
            page.wait_for_timeout(200)
            here, fault = page.evaluate(f"() => {{ {SCRIPT} return focus(); }}")
        if reached and here == reached[-1] and " iframe " in here and inside < IN_A_FRAME:
            inside += 1
            continue
        if here == "" or here in reached:
            break
        reached.append(here)
        if fault:
            faults.append(f"keyboard: {fault}")
    if reached != expected:
        wrong = [
            (one, other) for one, other in zip(reached, expected, strict=False) if one != other
        ]
        faults.append(f"keyboard: {len(reached)} of {len(expected)} reached, {wrong[:2]}")
    return faults


def skip_link(page: Page) -> list[str]:
    """The first Tab offers to skip to the content, in sight, and Enter does so."""
    page.goto(page.url.partition("#")[0])
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.textContent.trim()")
    if first != "Skip to the content":
        return [f"skip link: the first Tab leads to {first!r}"]
    shown = page.locator(".skip").bounding_box()
    if shown is None or shown["y"] < 0 or shown["height"] < TARGET:
        return ["skip link: not in sight"]
    page.keyboard.press("Enter")
    there = page.evaluate("document.activeElement.id")
    return [] if there == "main" else [f"skip link: leads to {there!r}"]
