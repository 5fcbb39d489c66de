"""A person without a mouse."""

from playwright.sync_api import Page

HERE = """() => {
  const at = document.activeElement;
  return [at.name || "", at.value || "", at.type || "", at.getAttribute("href") || ""];
}"""


class Keyboard:
    """Tab, Enter, arrows and letters; `strokes` counts the keys."""

    def __init__(self, page: Page, *, patience: int = 40) -> None:
        self.page, self.strokes, self.patience = page, 0, patience

    def to(self, name: str, value: str = "") -> None:
        """Tab on to the field or button of that name; radio buttons and ticks with their value."""
        for _ in range(self.patience):
            self.press("Tab")
            here = self.page.evaluate(HERE)
            if here[0] == name and (here[2] in ("radio", "select-one") or value in ("", here[1])):
                return
        raise AssertionError(f"Tab does not come to {name}")

    def to_link(self, path: str) -> None:
        """Tab on to the link to `path`."""
        for _ in range(self.patience):
            self.press("Tab")
            if self.page.evaluate(HERE)[3] == path:
                return
        raise AssertionError(f"Tab does not come to {path}")

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.strokes += 1

    def type(self, name: str, text: str) -> None:
        self.to(name)
        self.page.keyboard.type(text)
        self.strokes += len(text)
