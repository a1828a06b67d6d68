# ruff: noqa: RUF001 -- the languages of the world need their own letters
"""What people write below videos: short, in the video's language, with the odd emoji, link, timestamp or attack."""

from emulator.universe.draws import Draws
from emulator.universe.writing import hostile

_PHRASES = {
    "en": "First!|Who's still watching this in 2026?|Best video about {topic} I've seen so far|Thanks a lot|"
    'I don\'t get why this has so few views|My dad & I watch every episode|"Just one more video" they said',
    "es": "¡Qué buen vídeo!|Gracias por explicar {topic} tan bien|¿Alguien más en 2026?|Saludos desde México",
    "pt": "Que vídeo incrível!|Melhor canal de {topic}|Quem mais está vendo isso hoje?|Parabéns pelo trabalho",
    "de": "Super erklärt, danke!|Endlich mal jemand, der {topic} versteht|Wer schaut das noch?|Grüße aus Köln",
    "fr": "Merci pour cette vidéo !|J'adore, surtout la partie sur {topic}|Qui regarde encore en 2026 ?|Trop bien",
    "it": "Bellissimo video!|Finalmente qualcuno che parla di {topic}|Grazie mille|Chi lo guarda ancora?",
    "nl": "Goed uitgelegd, dank je!|Meer over {topic} graag|Mooie video|Wie kijkt dit nog?",
    "pl": "Świetny film!|Więcej takich o: {topic}|Dzięki, bardzo pomogło|Kto ogląda w 2026?",
    "tr": "Harika bir video!|{topic} için teşekkürler|Emeğine sağlık|Kimler izliyor?",
    "ru": "Отличное видео!|Лучший канал про {topic}|Спасибо, очень помогло|Кто смотрит в 2026?",
    "uk": "Чудове відео!|Дякую за {topic}|Дуже цікаво|Хто дивиться зараз?",
    "el": "Πολύ ωραίο βίντεο!|Ευχαριστώ για {topic}|Μπράβο σας|Ποιος το βλέπει ακόμα;",
    "ar": "فيديو رائع!|شكرا على {topic}|ما شاء الله|من يشاهد الآن؟",
    "he": "סרטון מעולה!|תודה על {topic}|כל הכבוד|מי עוד צופה?",
    "fa": "ویدیوی عالی!|ممنون برای {topic}|خیلی خوب بود|چه کسی هنوز می‌بیند؟",
    "hi": "बहुत बढ़िया वीडियो!|{topic} के लिए धन्यवाद|शानदार|कौन कौन देख रहा है?",
    "bn": "দারুণ ভিডিও!|{topic} এর জন্য ধন্যবাদ|খুব ভালো লাগলো|কে কে দেখছেন?",
    "ta": "அருமையான வீடியோ!|{topic} க்கு நன்றி|மிகவும் நன்று|யார் பார்க்கிறீர்கள்?",
    "th": "วิดีโอดีมาก!|ขอบคุณสำหรับ{topic}|ชอบมากเลย|ใครยังดูอยู่บ้าง",
    "vi": "Video hay quá!|Cảm ơn vì {topic}|Tuyệt vời|Ai còn xem không?",
    "id": "Videonya keren!|Terima kasih soal {topic}|Mantap|Siapa yang masih nonton?",
    "ja": "最高の動画でした！|{topic}の説明が分かりやすい|ありがとうございます|まだ見ている人いますか？",
    "ko": "정말 좋은 영상이네요!|{topic} 설명 감사합니다|최고예요|아직도 보는 사람?",
    "zh-Hans": "太棒了！|关于{topic}讲得真好|谢谢分享|还有人在看吗？",
    "zh-Hant": "太棒了！|關於{topic}講得真好|謝謝分享|還有人在看嗎？",
}
PHRASES = {code: tuple(text.split("|")) for code, text in _PHRASES.items()}
"""Patterns with {topic}, by the code of their language."""

_EMOJI = ("😂", "❤️", "🔥🔥🔥", "👍🏽", "😭😭", "👩‍👩‍👧‍👦", "🇧🇷", "💀")
_HOSTILE, _TWO_LINES, _TIMED, _LINKED, _MERRY = 0.01, 0.12, 0.05, 0.02, 0.2


def draw_remark(draws: Draws, language: str, topic: str, seconds: int) -> str:
    """What somebody writes below a video that lasts so long."""
    if draws.chance(_HOSTILE):
        return draws.pick(draws.pick((hostile.TITLES, hostile.DESCRIPTIONS)))
    text = draws.pick(PHRASES[language])
    if draws.chance(_TWO_LINES):
        text += f"\n{draws.pick(PHRASES[language])}"
    if draws.chance(_TIMED):
        text = f"{_clock(draws.below(seconds))} {text}"
    if draws.chance(_LINKED):
        text += f" https://example.com/{draws.below(1000)}?a=1&b=2"
    if draws.chance(_MERRY):
        text += f" {draws.pick(_EMOJI)}"
    return text.format(topic=topic)


def _clock(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
