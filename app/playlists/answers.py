"""What the operations on playlists answer."""

from app.answers import Answer, answers, like, page_of
from app.catalog.ids import NotAChannelIdError
from app.jobs.answers import asked
from app.paging import ForeignCursorError
from app.playlists.ids import NotAPlaylistIdError
from app.playlists.model import Membership, Playlist
from app.playlists.service import UnknownPlaylistError
from app.videos.ids import NotAVideoIdError


@like(Playlist, without={"id"})
class ShownPlaylist(Answer):
    """What is known of a playlist; null is what YouTube does not say."""


@like(Membership)
class PlaylistEntry(Answer):
    """A place of a video in a playlist."""


ASKED = asked(foreseen=True)
LISTED = answers(page_of("playlists", ShownPlaylist), ForeignCursorError, NotAChannelIdError)
READ = answers(ShownPlaylist, NotAPlaylistIdError, UnknownPlaylistError)
ITEMS = answers(page_of("items", PlaylistEntry), NotAPlaylistIdError, UnknownPlaylistError, ForeignCursorError)
OF_VIDEO = answers(page_of("playlists", PlaylistEntry, "PlacesOfVideo"), NotAVideoIdError, ForeignCursorError)
