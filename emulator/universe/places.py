"""Where videos were made: known of some only, and near the middle of their channel's country."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from emulator.universe.draws import Draws
from emulator.universe.ids import video_bytes
from emulator.universe.videos import Video

LOCATED = 0.3
"""Share of the videos of which it is known, if their channel tells its country."""

_EARTH_KM = 6371.0
_SPREAD = 3.0
"""Degrees between the places of a country that lie farthest apart."""

_TABLE = """
US,39.8,-98.6 GB,52.4,-1.5 IN,22.4,78.7 CA,45.5,-75.7 AU,-33.9,151.2 PH,14.6,121.0 NG,9.1,7.5 ES,40.4,-3.7
MX,19.4,-99.1 AR,-34.6,-58.4 CO,4.7,-74.1 CL,-33.4,-70.7 BR,-15.8,-47.9 PT,38.7,-9.1 DE,51.1,10.4 AT,48.2,16.4
CH,46.9,7.4 FR,47.0,2.5 BE,50.8,4.4 SN,14.7,-17.4 IT,41.9,12.5 NL,52.2,5.3 PL,52.2,21.0 TR,39.9,32.9 RU,55.8,37.6
KZ,51.2,71.4 BY,53.9,27.6 UA,50.5,30.5 GR,38.0,23.7 CY,35.2,33.4 EG,30.0,31.2 SA,24.7,46.7 MA,34.0,-6.8 IQ,33.3,44.4
DZ,36.8,3.1 IL,31.8,35.2 IR,35.7,51.4 AF,34.5,69.2 BD,23.8,90.4 LK,6.9,79.9 TH,13.8,100.5 VN,21.0,105.8 ID,-6.2,106.8
MY,3.1,101.7 JP,35.7,139.7 KR,37.6,127.0 CN,39.9,116.4 SG,1.4,103.8 TW,25.0,121.5 HK,22.3,114.2
"""


def _centres() -> dict[str, tuple[float, float]]:
    entries = (entry.split(",") for entry in _TABLE.split())
    return {code: (float(latitude), float(longitude)) for code, latitude, longitude in entries}


_CENTRES = _centres()


@dataclass(frozen=True, slots=True)
class Circle:
    """All places within so many kilometres of one."""

    latitude: float
    longitude: float
    kilometres: float

    def holds(self, latitude: float, longitude: float) -> bool:
        """Whether a place lies within."""
        return _kilometres((self.latitude, self.longitude), (latitude, longitude)) <= self.kilometres

    def countries(self) -> frozenset[str]:
        """Those where some of the videos within may have been made."""
        reach = self.kilometres + 112 * _SPREAD
        here = (self.latitude, self.longitude)
        return frozenset(code for code, centre in _CENTRES.items() if _kilometres(here, centre) <= reach)


def draw_place(seed: int, video: Video) -> tuple[float, float] | None:
    """Latitude and longitude in degrees; None for most videos."""
    centre = _CENTRES.get(video.channel.country or "")
    draws = Draws(seed, "place", video_bytes(video.id))
    if centre is None or not draws.chance(LOCATED):
        return None
    return centre[0] + _SPREAD * (draws.fraction() - 0.5), centre[1] + _SPREAD * (draws.fraction() - 0.5)


def _kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    south, north = radians(one[0]), radians(other[0])
    half = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin(radians(other[1] - one[1]) / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(half))
