"""A plot as SVG, without a library: it reads well on light and dark pages, and without colours."""

from collections.abc import Sequence
from typing import NamedTuple

_WIDTH, _HEIGHT = 720, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 120, 48, 56
# Greys and hues that stand out from white and from black alike: a picture does not know the page that shows it.
_COLOURS = ("#2a78d6", "#e0602c", "#85847e")
_DASHES = ("", "8 4", "2 4")
_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #7b7a75; } .title { font-weight: 600; font-size: 15px; }
.grid { stroke: #85847e; stroke-opacity: 0.35; } path { fill: none; stroke-width: 2.5; stroke-linejoin: round; }
"""


class Line(NamedTuple):
    """A name, and points as (quota, share in percent)."""

    name: str
    points: Sequence[tuple[float, float]]


def draw(lines: Sequence[Line]) -> str:
    """The share of changes seen over the units a day."""
    right = max(x for line in lines for x, _ in line.points)
    left = min(x for line in lines for x, _ in line.points)

    def place(x: float, y: float) -> tuple[float, float]:
        across = _LEFT + (x - left) / (right - left) * (_WIDTH - _LEFT - _RIGHT)
        return round(across, 1), round(_HEIGHT - _BOTTOM - y / 100 * (_HEIGHT - _TOP - _BOTTOM), 1)

    drawn = [_text(_LEFT - 44, 24, "Share of changes seen in 30 days, 20,000 channels", "title")]
    for share in range(0, 101, 25):
        x, y = place(left, share)
        end = _WIDTH - _RIGHT
        drawn.append(f'<line class="grid" x1="{x}" y1="{y}" x2="{end}" y2="{y}"/>')
        drawn.append(_text(x - 8, y + 4, f"{share} %", anchor="end"))
    for quota, _ in lines[0].points:
        x, y = place(quota, 0)
        drawn.append(_text(x, y + 20, f"{quota:g}", anchor="middle"))
    drawn.append(_text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 12, "units a day", anchor="middle"))
    for number, line in enumerate(lines):
        drawn += _line(number, line, [place(*point) for point in line.points])
    style = _STYLE + "".join(
        f".line{n} {{ stroke: {colour}; }} .dot{n} {{ fill: {colour}; }}\n" for n, colour in enumerate(_COLOURS)
    )
    body = "\n".join(drawn)
    label = "Share of changes seen by units a day: adaptive, fixed and random"
    size = f'viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" role="img" aria-label="{label}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>\n<style>{style}</style>\n{body}\n</svg>\n'


def _line(number: int, line: Line, places: Sequence[tuple[float, float]]) -> list[str]:
    path = "M" + "L".join(f"{x} {y}" for x, y in places)
    x, y = places[-1]
    dots = [f'<circle class="dot{number}" cx="{x}" cy="{y}" r="4"/>' for x, y in places]
    return [
        f'<path class="line{number}" stroke-dasharray="{_DASHES[number]}" d="{path}"/>',
        *dots,
        _text(x + 12, y + 4, line.name),
    ]


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" class="{kind}" text-anchor="{anchor}">{words}</text>'
