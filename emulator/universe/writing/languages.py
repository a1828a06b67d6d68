# ruff: noqa: RUF001 -- the languages of the world need their own letters
"""The words of which channels are made, in the scripts that real channels are written in."""

from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True)
class Language:
    """One language: `weight` is its share among channels, in no unit."""

    code: str
    weight: int
    countries: tuple[str, ...]
    names: tuple[str, ...]
    topics: tuple[str, ...]
    titles: tuple[str, ...]
    """Patterns with {name} and {topic}."""
    sentences: tuple[str, ...]
    """Patterns with {topic}."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


LANGUAGES = (
    Language(
        "en", 30, ("US", "GB", "IN", "CA", "AU", "PH", "NG"),
        _words("Mason Olivia Harper Logan Nora Theo Daily Northern"),
        _words("cooking music travel football science history gaming gardening chess woodworking"),
        ("{name} {topic}", "The {name} {topic} show", "{topic} with {name}"),
        (
            "Welcome to our channel, where we talk about {topic} every single week.",
            "New videos every Tuesday and Friday, so do not forget to subscribe.",
            "We test, explain and compare everything you always wanted to know about {topic}.",
            "For business enquiries please write to us, we read every message.",
        ),
    ),
    Language(
        "es", 12, ("ES", "MX", "AR", "CO", "CL"),
        _words("Lucía Mateo Valentina Hugo Sofía Diego"),
        _words("cocina música viajes fútbol ciencia historia videojuegos jardinería"),
        ("{topic} con {name}", "El canal de {name}", "{name} y la {topic}"),
        (
            "Bienvenidos a mi canal, aquí hablamos de {topic} todas las semanas.",
            "Suscríbete y activa la campanita para no perderte ningún vídeo.",
            "Cada viernes subimos un vídeo nuevo hecho con mucho cariño para vosotros.",
        ),
    ),
    Language(
        "pt", 9, ("BR", "PT"),
        _words("Beatriz João Larissa Thiago Mariana Caio"),
        _words("culinária música viagens futebol ciência história jogos jardinagem"),
        ("{topic} com {name}", "Canal da {name}", "{name} fala de {topic}"),
        (
            "Sejam bem-vindos ao canal, aqui você encontra vídeos sobre {topic} toda semana.",
            "Inscreva-se e deixe o seu comentário, nós lemos todas as mensagens.",
            "Não esqueça de ativar o sininho para receber as novidades.",
        ),
    ),
    Language(
        "de", 4, ("DE", "AT", "CH"),
        _words("Lukas Hannah Jonas Mia Felix Greta"),
        _words("Kochen Musik Reisen Fußball Wissenschaft Geschichte Spiele Gartenbau"),
        ("{topic} mit {name}", "{name} und die {topic}", "{name} erklärt {topic}"),
        (
            "Auf diesem Kanal dreht sich alles um {topic}, jede Woche gibt es neue Folgen.",
            "Abonniert den Kanal und schreibt uns eure Fragen in die Kommentare.",
            "Wir zeigen euch, wie es wirklich geht, ganz ohne teure Ausrüstung.",
        ),
    ),
    Language(
        "fr", 4, ("FR", "BE", "CA", "SN"),
        _words("Camille Léo Manon Gabriel Inès Hugo"),
        _words("cuisine musique voyages football science histoire jeux jardinage"),
        ("{topic} avec {name}", "La chaîne de {name}", "{name} raconte la {topic}"),
        (
            "Bienvenue sur ma chaîne, où nous parlons de {topic} chaque semaine.",
            "Abonnez-vous et activez la cloche pour ne manquer aucune vidéo.",
            "Une nouvelle vidéo tous les dimanches, préparée avec beaucoup de soin.",
        ),
    ),
    Language(
        "it", 3, ("IT",),
        _words("Giulia Lorenzo Chiara Matteo Alice Davide"),
        _words("cucina musica viaggi calcio scienza storia giochi giardinaggio"),
        ("{topic} con {name}", "Il canale di {name}", "{name} racconta la {topic}"),
        (
            "Benvenuti sul mio canale, qui parliamo di {topic} ogni settimana.",
            "Iscrivetevi e lasciate un commento, rispondiamo sempre a tutti.",
            "Ogni giovedì pubblichiamo un nuovo video fatto con grande passione.",
        ),
    ),
    Language(
        "nl", 1, ("NL", "BE"),
        _words("Daan Emma Sem Lotte Bram Fleur"),
        _words("koken muziek reizen voetbal wetenschap geschiedenis spellen tuinieren"),
        ("{topic} met {name}", "{name} over {topic}"),
        (
            "Welkom op ons kanaal, waar we elke week praten over {topic}.",
            "Vergeet niet te abonneren en laat hieronder een reactie achter.",
        ),
    ),
    Language(
        "pl", 2, ("PL",),
        _words("Zuzanna Jakub Maja Antoni Oliwia Kacper"),
        _words("gotowanie muzyka podróże piłka nauka historia gry ogrodnictwo"),
        ("{topic} i {name}", "{name} poleca: {topic}"),
        (
            "Witajcie na moim kanale, w każdym tygodniu rozmawiamy tu o tym, czym jest {topic}.",
            "Zasubskrybuj kanał i zostaw komentarz, czytamy wszystkie wiadomości.",
        ),
    ),
    Language(
        "tr", 3, ("TR",),
        _words("Elif Yusuf Zeynep Emir Defne Mert"),
        _words("yemek müzik gezi futbol bilim tarih oyun bahçe"),
        ("{name} ile {topic}", "{name} {topic} kanalı"),
        (
            "Kanalıma hoş geldiniz, her hafta {topic} hakkında yeni videolar yayınlıyoruz.",
            "Abone olmayı ve bildirimleri açmayı lütfen unutmayın.",
        ),
    ),
    Language(
        "ru", 5, ("RU", "KZ", "BY"),
        _words("Алексей Мария Дмитрий Анна Иван Ольга"),
        _words("кулинария музыка путешествия футбол наука история игры садоводство"),
        ("{topic} с нами: {name}", "{name} и {topic}"),
        (
            "Добро пожаловать на наш канал, каждую неделю мы выпускаем видео на тему «{topic}».",
            "Подписывайтесь на канал и пишите свои вопросы в комментариях.",
        ),
    ),
    Language(
        "uk", 1, ("UA",),
        _words("Олександр Юлія Богдан Соломія Тарас"),
        _words("кулінарія музика подорожі футбол наука історія ігри"),
        ("{name} і {topic}", "{topic} разом: {name}"),
        (
            "Ласкаво просимо на наш канал, щотижня ми публікуємо нові відео про те, що таке {topic}.",
            "Підписуйтеся на канал та залишайте свої коментарі під відео.",
        ),
    ),
    Language(
        "el", 1, ("GR", "CY"),
        _words("Γιώργος Μαρία Νίκος Ελένη"),
        _words("μαγειρική μουσική ταξίδια ποδόσφαιρο επιστήμη ιστορία"),
        ("{topic} με: {name}", "{name} και {topic}"),
        (
            "Καλώς ήρθατε στο κανάλι μας, κάθε εβδομάδα μιλάμε για {topic}.",
            "Κάντε εγγραφή και αφήστε μας το σχόλιό σας κάτω από το βίντεο.",
        ),
    ),
    Language(
        "ar", 4, ("EG", "SA", "MA", "IQ", "DZ"),
        _words("أحمد فاطمة يوسف مريم خالد ليلى"),
        _words("الطبخ الموسيقى السفر العلوم التاريخ الألعاب الرياضة"),
        ("قناة {name} {topic}", "{topic} مع {name}"),
        (
            "مرحبا بكم في قناتنا، نتحدث كل أسبوع عن {topic} بطريقة بسيطة.",
            "لا تنسوا الاشتراك في القناة وتفعيل الجرس ليصلكم كل جديد.",
        ),
    ),
    Language(
        "he", 1, ("IL",),
        _words("נועה איתי תמר דניאל"),
        _words("בישול מוזיקה טיולים כדורגל מדע היסטוריה"),
        ("{topic} עם {name}", "הערוץ של {name}"),
        (
            "ברוכים הבאים לערוץ שלנו, בכל שבוע אנחנו מדברים על {topic}.",
            "אל תשכחו להירשם לערוץ ולכתוב לנו תגובה מתחת לסרטון.",
        ),
    ),
    Language(
        "fa", 1, ("IR", "AF"),
        _words("علی زهرا رضا نرگس"),
        _words("آشپزی موسیقی سفر فوتبال دانش تاریخ"),
        ("{topic} با {name}", "کانال {name}"),
        (
            "به کانال ما خوش آمدید، هر هفته درباره {topic} گفتگو می‌کنیم.",
            "لطفا کانال ما را دنبال کنید و نظر خود را بنویسید.",
        ),
    ),
    Language(
        "hi", 8, ("IN",),
        _words("आरव अनन्या रोहन प्रिया विवेक"),
        _words("खाना संगीत यात्रा क्रिकेट विज्ञान इतिहास खेल"),
        ("{name} का {topic} चैनल", "{topic} {name} के साथ"),
        (
            "हमारे चैनल पर आपका स्वागत है, हम हर हफ्ते {topic} के बारे में बात करते हैं।",
            "कृपया चैनल को सब्सक्राइब करें और अपनी राय टिप्पणी में लिखें।",
        ),
    ),
    Language(
        "bn", 2, ("BD", "IN"),
        _words("রহিম সুমাইয়া তানভীর মিতা"),
        _words("রান্না সংগীত ভ্রমণ ক্রিকেট বিজ্ঞান ইতিহাস"),
        ("{name} এর {topic}", "{topic} ও {name}"),
        (
            "আমাদের চ্যানেলে আপনাকে স্বাগতম, প্রতি সপ্তাহে আমরা {topic} নিয়ে কথা বলি।",
            "চ্যানেলটি সাবস্ক্রাইব করুন এবং মন্তব্যে আপনার মতামত জানান।",
        ),
    ),
    Language(
        "ta", 1, ("IN", "LK"),
        _words("கார்த்திக் மீனா அருண் திவ்யா"),
        _words("சமையல் இசை பயணம் அறிவியல் வரலாறு"),
        ("{name} {topic}", "{topic} உலகம் {name}"),
        (
            "எங்கள் சேனலுக்கு வரவேற்கிறோம், ஒவ்வொரு வாரமும் {topic} பற்றி பேசுகிறோம்.",
            "சேனலை பதிவு செய்து உங்கள் கருத்துகளை எழுதுங்கள்.",
        ),
    ),
    Language(
        "th", 2, ("TH",),
        _words("สมชาย มาลี ณัฐ พลอย"),
        _words("ทำอาหาร ดนตรี ท่องเที่ยว ฟุตบอล วิทยาศาสตร์ ประวัติศาสตร์"),
        ("{topic}กับ{name}", "ช่อง{name}"),
        (
            "ยินดีต้อนรับสู่ช่องของเรา ทุกสัปดาห์เราพูดคุยเรื่อง{topic}กันอย่างสนุกสนาน",
            "อย่าลืมกดติดตามและแสดงความคิดเห็นใต้วิดีโอของเรา",
        ),
    ),
    Language(
        "vi", 3, ("VN",),
        _words("Minh Hương Tuấn Linh Phúc"),
        ("nấu ăn", "âm nhạc", "du lịch", "bóng đá", "khoa học", "lịch sử"),
        ("{name} {topic}", "Kênh {topic} của {name}"),
        (
            "Chào mừng các bạn đến với kênh của chúng tôi, mỗi tuần chúng tôi nói về {topic}.",
            "Đừng quên đăng ký kênh và để lại bình luận bên dưới nhé.",
        ),
    ),
    Language(
        "id", 4, ("ID", "MY"),
        _words("Budi Siti Rizky Dewi Agus Putri"),
        ("memasak", "musik", "perjalanan", "sepak bola", "sejarah", "permainan"),
        ("{topic} bersama {name}", "Kanal {name}"),
        (
            "Selamat datang di kanal kami, setiap minggu kami membahas tentang {topic}.",
            "Jangan lupa berlangganan dan tinggalkan komentar di bawah video ini.",
        ),
    ),
    Language(
        "ja", 5, ("JP",),
        _words("さくら たける ゆい 健太 はるか"),
        _words("料理 音楽 旅行 サッカー 科学 歴史 ゲーム 園芸"),
        ("{name}の{topic}チャンネル", "{topic}と{name}"),
        (
            "このチャンネルでは、毎週{topic}についての動画を投稿しています。",
            "チャンネル登録と高評価をよろしくお願いします。",
            "お仕事のご依頼はメールでお気軽にご連絡ください。",
        ),
    ),
    Language(
        "ko", 4, ("KR",),
        _words("민준 서연 지호 하은 도윤"),
        _words("요리 음악 여행 축구 과학 역사 게임"),
        ("{name}의 {topic}", "{topic} {name} TV"),
        (
            "우리 채널에 오신 것을 환영합니다. 매주 {topic} 영상을 올리고 있습니다.",
            "구독과 좋아요를 부탁드리고 댓글도 많이 남겨 주세요.",
        ),
    ),
    Language(
        "zh-Hans", 2, ("CN", "SG", "MY"),
        _words("小明 丽丽 老王 思远"),
        _words("烹饪 音乐 旅行 足球 科学 历史 游戏"),
        ("{name}聊{topic}", "{topic}与{name}"),
        (
            "欢迎来到我们的频道，我们每周都会发布关于{topic}的新视频。",
            "请订阅频道并在下面留言，我们会认真阅读每一条评论。",
        ),
    ),
    Language(
        "zh-Hant", 2, ("TW", "HK"),
        _words("小美 阿豪 雅婷 志明"),
        _words("料理 音樂 旅遊 足球 科學 歷史 遊戲"),
        ("{name}的{topic}教室", "{topic}和{name}"),
        (
            "歡迎來到我們的頻道，我們每週都會分享關於{topic}的影片。",
            "請訂閱頻道並開啟小鈴鐺，不要錯過任何一支影片。",
        ),
    ),
)  # fmt: skip

BY_CODE = {language.code: language for language in LANGUAGES}

WEIGHTS = tuple(accumulate(language.weight for language in LANGUAGES))
"""Running sums: a number below the last one chooses a language by bisection."""
