# ruff: noqa: RUF001 -- the languages of the world need their own letters
"""What people write above and under their videos, language by language."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """Patterns in one language."""

    titles: tuple[str, ...]
    """Titles of videos, with {topic}, {name}, {n} and {year}."""
    thanks: str
    """A line that leads to another channel, with {who}."""
    chapters: tuple[str, ...]
    """Names of chapters, from the beginning to the end."""


PHRASES: Mapping[str, Phrases] = {
    "en": Phrases(
        (
            "How to start with {topic} in {year}",
            "{n} {topic} mistakes that everyone makes",
            "I tried {topic} for {n} days",
            "{topic} for beginners (part {n})",
            "The truth about {topic} | {name} explains",
            "Q&A with {name}: {topic}, money & {year}",
            "BEST OF {topic} {year} [4K]",
            "Why {topic} is harder than it looks",
            "{name} - {topic} (Official Video)",
            "we need to talk about {topic}...",
        ),
        "Thanks to {who} for helping with this one!",
        ("Intro", "What you need", "Let's go", "The result", "Outro"),
    ),
    "es": Phrases(
        (
            "Cómo empezar con la {topic} en {year}",
            "{n} errores de {topic} que todos cometemos",
            "Probé {topic} durante {n} días y pasó ESTO",
            "{topic} para principiantes, parte {n}",
            "¿Por qué {topic}? {name} responde",
        ),
        "Gracias a {who} por la ayuda.",
        ("Introducción", "Qué necesitas", "Empezamos", "Resultado"),
    ),
    "pt": Phrases(
        (
            "Como começar na {topic} em {year}",
            "{n} erros de {topic} que todo mundo comete",
            "Testei {topic} por {n} dias, olha no que deu",
            "{topic} para iniciantes: aula {n}",
            "{name} responde: vale a pena {topic}?",
        ),
        "Valeu, {who}, pela parceria!",
        ("Introdução", "O que você precisa", "Vamos lá", "Resultado"),
    ),
    "de": Phrases(
        (
            "{topic} für Anfänger: so geht's {year}",
            "{n} Fehler, die jeder macht | {topic}",
            "{n} Tage nur {topic} – mein Fazit",
            "{name} erklärt: {topic} in {n} Minuten",
            "Warum {topic} schwieriger ist, als man denkt",
        ),
        "Danke an {who} für die Hilfe!",
        ("Begrüßung", "Was man braucht", "Los geht's", "Fazit"),
    ),
    "fr": Phrases(
        (
            "Comment débuter : {topic} en {year}",
            "{n} erreurs que tout le monde fait ({topic})",
            "J'ai testé {topic} pendant {n} jours",
            "{topic} pour les débutants, épisode {n}",
            "« {topic} » expliqué par {name}",
        ),
        "Merci à {who} pour son aide !",
        ("Introduction", "Le matériel", "C'est parti", "Résultat"),
    ),
    "it": Phrases(
        (
            "Come iniziare: {topic} nel {year}",
            "{n} errori di {topic} che fanno tutti",
            "Ho provato {topic} per {n} giorni",
            "{topic} per principianti, puntata {n}",
            "{name} risponde: perché {topic}?",
        ),
        "Grazie a {who} per l'aiuto!",
        ("Introduzione", "Cosa serve", "Si comincia", "Risultato"),
    ),
    "nl": Phrases(
        (
            "Beginnen met {topic} in {year}",
            "{n} fouten die iedereen maakt bij {topic}",
            "{n} dagen lang {topic}: dit gebeurde er",
            "{name} legt uit: {topic}",
        ),
        "Met dank aan {who}!",
        ("Welkom", "Wat heb je nodig", "Aan de slag", "Resultaat"),
    ),
    "pl": Phrases(
        (
            "Jak zacząć: {topic} w {year} roku",
            "{n} błędów, które popełnia każdy ({topic})",
            "{topic} przez {n} dni – czy było warto?",
            "{name} wyjaśnia: {topic}, odcinek {n}",
        ),
        "Dziękuję {who} za pomoc!",
        ("Wstęp", "Co będzie potrzebne", "Zaczynamy", "Efekt"),
    ),
    "tr": Phrases(
        (
            "{year} yılında {topic}: nereden başlamalı?",
            "Herkesin yaptığı {n} hata | {topic}",
            "{n} gün boyunca {topic} denedim!",
            "{name} anlatıyor: {topic}, {n}. bölüm",
        ),
        "Katkıları için {who} kanalına teşekkürler.",
        ("Giriş", "Gerekenler", "Başlıyoruz", "Sonuç"),
    ),
    "ru": Phrases(
        (
            "{topic} с нуля: с чего начать в {year}",
            "{n} ошибок, которые делают все. {topic}",
            "{n} дней подряд: {topic}. Что получилось?",
            "{topic} для начинающих, выпуск {n}",
            "{name}: вся правда про то, что такое {topic}",
        ),
        "Спасибо {who} за помощь!",
        ("Вступление", "Что понадобится", "Начинаем", "Итог"),
    ),
    "uk": Phrases(
        (
            "{topic} з нуля: з чого почати у {year}",
            "{n} помилок, яких припускаються всі. {topic}",
            "{n} днів поспіль: {topic}",
            "{name} пояснює: {topic}, випуск {n}",
        ),
        "Дякуємо {who} за допомогу!",
        ("Вступ", "Що потрібно", "Починаємо", "Підсумок"),
    ),
    "el": Phrases(
        (
            "Πώς να ξεκινήσετε: {topic} το {year}",
            "{n} λάθη που κάνουν όλοι | {topic}",
            "{topic} για {n} μέρες!",
            "Ο οδηγός για {topic}, μέρος {n}",
        ),
        "Ευχαριστούμε {who} για τη βοήθεια!",
        ("Εισαγωγή", "Τι χρειάζεστε", "Ξεκινάμε", "Αποτέλεσμα"),
    ),
    "ar": Phrases(
        (
            "كيف تبدأ {topic} في {year}",
            "{n} أخطاء يقع فيها الجميع في {topic}",
            "جربت {topic} لمدة {n} يوما",
            "{topic} للمبتدئين | الحلقة {n}",
            "{name} يشرح {topic}",
        ),
        "شكرا لقناة {who} على المساعدة",
        ("مقدمة", "ماذا تحتاج", "نبدأ", "النتيجة"),
    ),
    "he": Phrases(
        (
            "איך מתחילים {topic} בשנת {year}",
            "{n} טעויות שכולם עושים | {topic}",
            "ניסיתי {topic} במשך {n} ימים",
            "{topic} למתחילים, פרק {n}",
        ),
        "תודה ל-{who} על העזרה!",
        ("פתיחה", "מה צריך", "מתחילים", "תוצאה"),
    ),
    "fa": Phrases(
        (
            "آموزش {topic} از صفر در سال {year}",
            "{n} اشتباه رایج در {topic}",
            "{n} روز با {topic}",
            "{topic} برای همه، قسمت {n}",
        ),
        "با تشکر از {who}",
        ("مقدمه", "وسایل لازم", "شروع", "نتیجه"),
    ),
    "hi": Phrases(
        (
            "{year} में {topic} कैसे शुरू करें?",
            "{topic} की {n} गलतियाँ जो सब करते हैं",
            "{n} दिन तक {topic} किया, देखो क्या हुआ",
            "{topic} सीखें {name} के साथ | भाग {n}",
            "{topic} का पूरा सच 😱",
        ),
        "मदद के लिए {who} का धन्यवाद!",
        ("परिचय", "क्या चाहिए", "शुरू करते हैं", "नतीजा"),
    ),
    "bn": Phrases(
        (
            "{year} সালে {topic} কীভাবে শুরু করবেন",
            "{topic} নিয়ে {n}টি সাধারণ ভুল",
            "{n} দিন ধরে {topic}",
            "{name} এর সাথে {topic} | পর্ব {n}",
        ),
        "সাহায্যের জন্য {who} কে ধন্যবাদ।",
        ("ভূমিকা", "যা লাগবে", "শুরু করি", "ফলাফল"),
    ),
    "ta": Phrases(
        (
            "{year} இல் {topic} தொடங்குவது எப்படி?",
            "{topic}: அனைவரும் செய்யும் {n} தவறுகள்",
            "{n} நாட்கள் {topic} செய்தேன்",
            "{name} உடன் {topic} | பகுதி {n}",
        ),
        "உதவிய {who} க்கு நன்றி!",
        ("அறிமுகம்", "தேவையானவை", "தொடங்கலாம்", "முடிவு"),
    ),
    "th": Phrases(
        (
            "เริ่มต้น{topic}ในปี {year}",
            "{n} ข้อผิดพลาดเรื่อง{topic}ที่ทุกคนทำ",
            "ลอง{topic} {n} วัน",
            "{topic}สำหรับมือใหม่ EP.{n}",
        ),
        "ขอบคุณ {who} ที่มาช่วย",
        ("เกริ่นนำ", "สิ่งที่ต้องใช้", "เริ่มกันเลย", "ผลลัพธ์"),
    ),
    "vi": Phrases(
        (
            "Bắt đầu {topic} như thế nào năm {year}?",
            "{n} sai lầm khi {topic} ai cũng mắc",
            "Thử thách {topic} {n} ngày",
            "{topic} cho người mới | Tập {n}",
        ),
        "Cảm ơn {who} đã giúp đỡ!",
        ("Giới thiệu", "Cần chuẩn bị", "Bắt đầu", "Kết quả"),
    ),
    "id": Phrases(
        (
            "Cara memulai {topic} di tahun {year}",
            "{n} kesalahan {topic} yang sering terjadi",
            "{n} hari mencoba {topic}, hasilnya...",
            "{topic} untuk pemula | Episode {n}",
            "{name} bahas tuntas: {topic}",
        ),
        "Terima kasih kepada {who} atas bantuannya!",
        ("Pembukaan", "Yang dibutuhkan", "Mulai", "Hasil"),
    ),
    "ja": Phrases(
        (
            "【{year}年版】{topic}の始め方",
            "みんながやりがちな{topic}の失敗{n}選",
            "{n}日間{topic}だけで生活してみた",
            "初心者のための{topic} 第{n}回",
            "{name}と{topic}【生配信】",
        ),
        "ご協力いただいた {who} さん、ありがとうございました!",
        ("オープニング", "準備するもの", "スタート", "結果発表"),
    ),
    "ko": Phrases(
        (
            "{year}년 {topic} 시작하는 방법",
            "누구나 하는 {topic} 실수 {n}가지",
            "{n}일 동안 {topic}만 해봤습니다",
            "초보자를 위한 {topic} {n}편",
            "[Vlog] {name}의 {topic} 하루",
        ),
        "도와주신 {who} 님 감사합니다!",
        ("인트로", "준비물", "시작", "결과"),
    ),
    "zh-Hans": Phrases(
        (
            "{year}年如何开始{topic}",
            "{topic}最常见的{n}个错误",
            "挑战{n}天{topic}",
            "{topic}入门教程 第{n}集",
        ),
        "感谢 {who} 的帮助!",
        ("开场", "准备工作", "开始", "结果"),
    ),
    "zh-Hant": Phrases(
        (
            "{year}年{topic}新手教學",
            "{topic}最常犯的{n}個錯誤",
            "挑戰{n}天{topic}",
            "{name}的{topic}日常 EP{n}",
        ),
        "感謝 {who} 的幫忙!",
        ("開場", "準備工作", "開始", "結果"),
    ),
}
