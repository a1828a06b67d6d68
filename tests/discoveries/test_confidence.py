"""The confidence of an edge: what is learned from agreement, and whether it is true where the truth is known."""

import statistics

import pytest

from app.catalog.ids import channel_id_of
from app.discoveries.confidence import NOTHING, Observed, learn, make_signals
from app.discoveries.learning import read_reliability
from app.wiring import Wiring
from bench.discovery import judging, ours
from discovery.contract import UNKNOWN
from emulator.control import Control
from emulator.universe.communities import community_of, theme_of
from emulator.universe.ids import channel_number
from tests.discoveries.conftest import discover, know
from tests.hands import sql
from tests.jobs.steps import change

SILENT = [NOTHING] * 4
SIGNALS = make_signals(random=[[(998, 99)] * 4, SILENT], sure=[(100_000, 95_000), NOTHING])


def test_without_observation_a_method_is_taken_at_its_word() -> None:
    assert set(learn([], SIGNALS, {"x": 0.7}).of("x")) == {0.7}
    assert set(learn([Observed("x", 0, 0, [NOTHING, NOTHING])], SIGNALS, {"x": 0.7}).of("x")) == {0.7}
    assert set(learn([], SIGNALS, {"x": 0.7}).of("of a package that is gone")) == {UNKNOWN}


@pytest.mark.parametrize(("agreeing", "expected"), [(950, 0.9), (525, 0.5), (100, 0.1)])
def test_agreement_beyond_chance_is_what_counts_and_never_all_that_does(agreeing: int, expected: float) -> None:
    for times in (1, 100):
        seen = [Observed("x", 0, 0, [(1_000 * times, agreeing * times), NOTHING])]
        [cell, *_] = learn(seen, SIGNALS, {}).of("x")
        assert cell == pytest.approx(expected, abs=0.02)


def test_a_signal_that_tells_nothing_is_not_heard() -> None:
    signals = make_signals(random=[[(998, 99)] * 4] * 2, sure=[(100_000, 95_000), (35, 9)])
    misled = [Observed("x", 0, 0, [(1_000, 950), (1_000, 0)])]
    assert learn(misled, signals, {}).of("x")[0] == pytest.approx(0.9, abs=0.02)


def test_hubs_and_single_pieces_of_evidence_are_judged_by_themselves_when_they_are_known() -> None:
    counted = {(0, 3): (1_000, 200), (2, 0): (1_000, 900), (1, 1): (2, 2)}
    seen = [Observed("x", evidence, hub, [one, NOTHING]) for (evidence, hub), one in counted.items()]
    cells = learn(seen, SIGNALS, {}).of("x")
    assert cells[3] < 0.22
    assert cells[8] > 0.8
    # Of two edges not much is known, of none nothing: then the method as a whole counts.
    assert cells[15] == pytest.approx(0.53, abs=0.02)
    assert cells[15] < cells[5] < 0.65


def test_a_hub_that_is_like_everybody_gains_nothing_by_it() -> None:
    signals = make_signals(random=[[(1_000, 100)] * 3 + [(1_000, 600)], SILENT], sure=[(100_000, 95_000), NOTHING])
    seen = [Observed("x", 0, hub, [(1_000, 700), NOTHING]) for hub in (0, 3)]
    cells = learn(seen, signals, {}).of("x")
    assert cells[0] > 0.6
    assert cells[3] < 0.5


def test_a_method_that_no_signal_judges_is_judged_by_whom_its_sources_name_otherwise() -> None:
    judged = Observed("links", 0, 0, [(2_000, 1_500), NOTHING], named=(2_000, 200))
    share = (1_500 / 2_000 - 0.1) / 0.85
    said = {"alike": 0.4, "links": 0.7}
    for named, told in ((200, share), (20, share / 10), (0, 0)):
        blind = Observed("alike", 0, 0, [NOTHING, NOTHING], named=(2_000, named))
        found = learn([judged, blind], SIGNALS, said)
        # As much as its own word, and no more: who shares words need not know each other.
        assert found.of("alike")[0] == pytest.approx((0.4 + told) / 2, abs=0.02)
        assert found.of("links")[0] == pytest.approx((0.7 + share * 4) / 5, abs=0.02)


def test_the_confidence_is_true_where_the_truth_is_known(wiring: Wiring, emulator: Control) -> None:
    know(wiring, [one for start in range(0, 1_500_000, 100_000) for one in emulator.channel_ids(count=12, start=start)])
    discover(wiring, methods=["featured_channels", "playlist_owners", "public_subscriptions", "comment_authors"])

    edges = sql(
        wiring,
        "select source_channel_id, discovered_channel_id, discovery_method, confidence_score"
        " from channel_discoveries e join channels c on c.id = e.discovered_channel_id",
    )
    assert len(edges) > 500
    judged = [(str(method), float(str(score)), related(source, found)) for source, found, method, score in edges]
    truth = statistics.mean(is_related for *_, is_related in judged)
    claimed = statistics.mean(score for _, score, _ in judged)
    assert claimed == pytest.approx(truth, abs=0.1)
    surest = sorted(judged, key=lambda edge: -edge[1])[: len(judged) // 3]
    assert statistics.mean(is_related for *_, is_related in surest) >= truth
    assert len({score for _, score, _ in judged}) > 3


def related(source: object, found: object) -> bool:
    """Whether both are about the same, as the universe was made."""
    one, other = (theme_of(community_of(channel_number(channel_id_of(key)))) for key in (source, found))  # type: ignore[arg-type]
    return one == other


def test_of_all_pairs_it_knows_more_than_the_share_of_the_related_ones(wiring: Wiring, emulator: Control) -> None:
    know(wiring, [one for start in range(0, 1_500_000, 100_000) for one in emulator.channel_ids(count=4, start=start)])
    discover(wiring)

    pairs = ours.pairs(wiring)
    assert len(pairs) > 2_000
    truth = [pair.same_theme for pair in pairs]
    claimed = [pair.confidence for pair in pairs]
    share = statistics.mean(truth)
    assert judging.brier(claimed, truth) < 0.95 * judging.brier([share] * len(pairs), truth)
    assert judging.calibration_error(claimed, truth) < 0.12
    for method in ("keyword_search", "shared_terms"):  # what shares words shares a language: no certainty
        edges = ours.edges(wiring)[method]
        assert len(edges) > 100
        assert statistics.mean(edge.confidence for edge in edges) < statistics.mean(e.same_theme for e in edges) + 0.2


def test_many_edges_of_one_method_leave_room_for_what_others_tell(wiring: Wiring, emulator: Control) -> None:
    know(wiring, emulator.channel_ids(count=170))
    change(
        wiring,
        "insert into discovered_channels (id, depth, found_by, found_at) select id, 0, 'test', now() from channels",
    )
    change(wiring, _ALL_PAIRS.format("s.language = c.language"), method="featured_channels", most=200)
    assert change(wiring, _ALL_PAIRS.format("true"), method="shared_terms", most=25_000) == 25_000
    with wiring.db.begin() as tx:
        assert read_reliability(tx).of("featured_channels")[0] > 0.8


def test_what_related_channels_agree_in_is_told_by_methods_that_do_not_look_for_it(
    wiring: Wiring, emulator: Control
) -> None:
    know(wiring, [one for start in range(0, 1_500_000, 100_000) for one in emulator.channel_ids(count=12, start=start)])
    change(
        wiring,
        "insert into discovered_channels (id, depth, found_by, found_at) select id, 0, 'test', now() from channels",
    )
    for method in ("featured_channels", "comment_authors"):
        change(wiring, _ALL_PAIRS.format("s.language = c.language"), method=method, most=120)
        change(wiring, _ALL_PAIRS.format("s.language <> c.language"), method=method, most=80)
    for method in ("shared_terms", "keyword_search", "mentions"):  # pairs of their own
        change(
            wiring,
            _ALL_PAIRS.format("s.language = c.language and md5(s.id::text || c.id) > '8'"),
            method=method,
            most=300,
        )
    with wiring.db.begin() as tx:
        assert read_reliability(tx).of("featured_channels")[0] > 0.88


_ALL_PAIRS = """
    insert into channel_discoveries (source_channel_id, discovered_channel_id, discovery_method, service_name,
        evidence_count, evidence, evidence_hashes, confidence_score, first_seen, last_seen)
    select s.id, c.id, :method, 'stored', 1, '{{x}}', '{{1}}', 0.5, now(), now()
    from channels s join channels c on s.id <> c.id where {} order by md5(s.id::text || c.id) limit :most"""
