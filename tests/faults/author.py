"""An author who follows the link of the newest letter, with cookies and without a browser."""

import re
from typing import Any

import requests
from bs4 import BeautifulSoup

from tests.faults.site import Site


def open_the_link(site: Site, address: str = "") -> tuple[requests.Session, dict[str, Any]]:
    """The session, and the answer form filled in: its address and its data."""
    letters = site.mail.to(address) if address else site.mail.mails
    text = next(
        body.get_content()
        for mail in reversed(letters)
        if (body := mail.get_body(("plain",))) is not None and "/answer/" in body.get_content()
    )
    found = re.search(r"/answer/[A-Za-z0-9_=-]+/", text)
    assert found is not None
    session = requests.Session()
    page = session.get(site.env["SITE_URL"] + found[0], timeout=20)
    assert page.status_code == 200
    soup = BeautifulSoup(page.content, "html.parser")
    form = next(
        f for f in soup.find_all("form") if f.find("button", attrs={"value": "answer"}) is not None
    )
    data = {
        field["name"]: field.get("value", "")
        for field in form.find_all("input")
        if field.get("type") not in ("radio", "checkbox")
    }
    data |= {"do": "answer", "kind": "explains", "text": "The seed was missing.", "name": "Ada"}
    return session, {"action": site.env["SITE_URL"] + form["action"], "data": data}
