"""A test client that reads every page strictly: HTML that a browser would have to mend is an error."""

from __future__ import annotations

import html5lib
from starlette.testclient import TestClient


class StrictClient(TestClient):
    """Follows no redirects, is on HTTPS, and parses each HTML answer strictly."""

    def __init__(self, app, **options) -> None:
        options.setdefault("base_url", "https://testserver")
        super().__init__(app, follow_redirects=False, **options)

    def request(self, *arguments, **options):
        response = super().request(*arguments, **options)
        if response.headers.get("content-type", "").startswith("text/html") and response.content:
            response.tree = parse(response.text)
        return response


def parse(html: str):
    """The page as a tree without namespaces. Raises for anything that is not correct HTML."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)


def words_of(node) -> str:
    """The text of a node with single spaces."""
    return " ".join("".join(node.itertext()).split())


def send(client, language="nl", headers=None, **fields):
    """Send the form; lists are repeated fields."""
    return client.post(f"/{language}/search", data=fields, headers=headers)


def search(client, **fields):
    """Send the form and follow to the result page."""
    response = send(client, **fields)
    assert response.status_code == 303, response.text
    return client.get(response.headers["location"])


def press(client, page, label, **extra):
    """Press a button of the search form on a page, as a browser without JavaScript does."""
    form = {}
    inside_form = set(page.tree.find(".//form[@id='search']").iter())
    for node in (node for node in page.tree.iter() if node.tag in {"input", "textarea", "select"}):
        owner = node.get("form")
        inside = node in inside_form
        if not (owner == "search" or (inside and owner is None)) or not node.get("name"):
            continue
        if node.get("type") in {"radio", "checkbox"} and node.get("checked") is None:
            continue
        chosen = node.find("option[@selected]") if node.tag == "select" else None
        value = (chosen.get("value") if chosen is not None else "") if node.tag == "select" else node.get("value")
        form.setdefault(node.get("name"), []).append(node.text or "" if node.tag == "textarea" else value)
    button = next(node for node in page.tree.iter("button") if words_of(node).startswith(label))
    if button.get("name"):
        form.setdefault(button.get("name"), []).append(button.get("value"))
    form.update(extra)
    return client.post("/nl/search", data=form)
