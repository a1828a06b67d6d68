"""Texts as HTML, in the few places where the API writes them so."""

import re
from html import escape

_LINKS = re.compile(r"(?P<url>https?://\S+)|(?<![\d:])(?:(?P<h>\d+):)?(?P<m>\d?\d):(?P<s>\d\d)(?![\d:])", re.ASCII)


def as_html(text: str, video_id: str) -> str:
    """The text with its line ends, addresses and timestamps in HTML."""
    pieces, end = [], 0
    for link in _LINKS.finditer(text):
        if link["url"]:
            address = link["url"]
        else:
            seconds = (int(link["h"] or 0) * 60 + int(link["m"])) * 60 + int(link["s"])
            address = f"https://www.youtube.com/watch?v={video_id}&t={seconds}"
        pieces += [escaped(text[end : link.start()]), f'<a href="{escaped(address)}">{escaped(link[0])}</a>']
        end = link.end()
    return "".join([*pieces, escaped(text[end:])]).replace("\r\n", "\n").replace("\n", "<br>")


def escaped(text: str) -> str:
    """The text with the characters that mean something in HTML written as the API writes them."""
    return escape(text).replace("&#x27;", "&#39;")
