"""The graph as a file, piece by piece: GEXF, GraphML, and CSV with a line for each link."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from app.graph.model import Link, Node
from app.spreadsheets import harmless

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAKS = {"\r": "&#13;"}  # a bare one would be read as a line feed
_LINES_AT_ONCE = 500
_NODE = {
    "label": "string",
    "handle": "string",
    "country": "string",
    "language": "string",
    "subscriber_count": "long",
    "video_count": "long",
}
_LINK = {
    "methods": "string",
    "services": "string",
    "evidence_count": "long",
    "first_seen": "string",
    "last_seen": "string",
}
_CSV = ("source", "target", "weight", "source_title", "target_title", *_LINK)


class Format(NamedTuple):
    """A kind of file."""

    content_type: str
    lines: Callable[[Iterable[Node], Iterable[Link]], Iterator[str]]


def document(kind: Format, nodes: Iterable[Node], links: Iterable[Link]) -> Iterator[str]:
    """The pieces of a document, of some hundred lines each; `links` are taken when `nodes` are at their end."""
    lines = kind.lines(nodes, links)
    while piece := "".join(islice(lines, _LINES_AT_ONCE)):
        yield piece


def printable(text: str) -> str:
    """Without the control characters that XML forbids even when they are escaped."""
    return _FORBIDDEN.sub("", text)


def _gexf(nodes: Iterable[Node], links: Iterable[Link]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<gexf xmlns="http://gexf.net/1.3" version="1.3">\n'
    yield '<meta><creator>Tributary</creator></meta>\n<graph defaultedgetype="directed" mode="static">\n'
    for kind, columns in (("node", _NODE), ("edge", _LINK)):
        named = (
            f'<attribute id="{name}" title="{name}" type="{of}"/>' for name, of in columns.items() if name != "label"
        )
        yield f'<attributes class="{kind}" mode="static">{"".join(named)}</attributes>\n'
    yield "<nodes>\n"
    for node in nodes:
        told = _node(node)
        label = _quoted(told.pop("label"))
        yield f'<node id="{node.channel_id}" label={label}>{_attvalues(told)}</node>\n'
    yield "</nodes>\n<edges>\n"
    for number, link in enumerate(links):
        yield (
            f'<edge id="{number}" source="{link.source}" target="{link.target}" weight="{_weight(link)}">'
            f"{_attvalues(_link(link))}</edge>\n"
        )
    yield "</edges>\n</graph>\n</gexf>\n"


def _attvalues(values: Mapping[str, str]) -> str:
    told = "".join(f'<attvalue for="{name}" value={_quoted(value)}/>' for name, value in values.items())
    return f"<attvalues>{told}</attvalues>"


def _quoted(text: str) -> str:
    return quoteattr(printable(text))


def _graphml(nodes: Iterable[Node], links: Iterable[Link]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for kind, columns in (("node", _NODE), ("edge", {"weight": "double", **_LINK})):
        for name, of in columns.items():
            yield f'<key id="{kind}_{name}" for="{kind}" attr.name="{name}" attr.type="{of}"/>\n'
    yield '<graph edgedefault="directed">\n'
    for node in nodes:
        yield f'<node id="{node.channel_id}">{_data("node", _node(node))}</node>\n'
    for link in links:
        told = _data("edge", {"weight": _weight(link), **_link(link)})
        yield f'<edge source="{link.source}" target="{link.target}">{told}</edge>\n'
    yield "</graph>\n</graphml>\n"


def _data(kind: str, values: Mapping[str, str]) -> str:
    return "".join(
        f'<data key="{kind}_{name}">{escape(printable(value), _BREAKS)}</data>' for name, value in values.items()
    )


def _csv(nodes: Iterable[Node], links: Iterable[Link]) -> Iterator[str]:
    for _ in nodes:
        pass  # each of them stands in a link
    line = io.StringIO()
    writer = csv.writer(line)
    writer.writerow(_CSV)
    for link in links:
        titles = (harmless(link.source_title or ""), harmless(link.target_title or ""))
        writer.writerow((link.source, link.target, _weight(link), *titles, *map(harmless, _link(link).values())))
        yield line.getvalue()
        line.seek(0)
        line.truncate()
    yield line.getvalue()  # the header, where there was no link


def _node(node: Node) -> dict[str, str]:
    told = {name: getattr(node, name) for name in _NODE if name != "label"}
    known = {name: str(value) for name, value in told.items() if value is not None}
    return {"label": node.title or node.channel_id, **known}


def _link(link: Link) -> dict[str, str]:
    return {
        "methods": " ".join(link.methods),
        "services": " ".join(link.services),
        "evidence_count": str(link.evidence_count),
        "first_seen": link.first_seen.isoformat(),
        "last_seen": link.last_seen.isoformat(),
    }


def _weight(link: Link) -> str:
    return f"{link.confidence:.4f}"


FORMATS = {
    "gexf": Format("application/gexf+xml", _gexf),
    "graphml": Format("application/graphml+xml", _graphml),
    "csv": Format("text/csv; charset=utf-8", _csv),
}
