# ruff: noqa: RUF001 -- look-alike letters are what these texts are for
"""Texts that real people put into titles and that break whoever trusts them."""

TITLES = (
    "<script>alert('title')</script>",
    "</title><img src=x onerror=alert(1)>",
    "Robert'); DROP TABLE channels;--",
    '"quoted", with comma',
    "=cmd|' /C calc'!A0",
    "+SUM(1;2)",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3",
    "{{ 7 * 7 }} ${7*7} %s %(x)s {0}",
    "NULL",
    "null",
    "None",
    "0",
    "👩‍👩‍👧‍👦🏳️‍🌈 family 🇦🇶",
    "\u202egnp.exe\u202c reversed",
    "Z\u0335\u0321\u0322a\u0334\u0327l\u0336\u0328g\u0337\u0329o",
    "\u200bzero\u200dwidth\ufeff",
    "Раyраl",
    "back\\slash \\n \\u0000",
    "tab\tinside",
    "  spaces around  ",
    "𝕲𝖔𝖙𝖍𝖎𝖈 ＦＵＬＬＷＩＤＴＨ",
    "X" * 100,
    "界" * 100,
    "ﷺ" * 30,
)

DESCRIPTIONS = (
    '<b>bold</b> <a href="javascript:alert(1)">link</a> &amp; &lt;escaped&gt;',
    "line one\r\nline two\rline three\u2028line four\u2029line five\x0bline six",
    "\n\n\n",
    '"a","b"\n"c","d"',
    "long " * 1000,
    "長い文章" * 1200,
    "'; DELETE FROM channels; --",
    "\U0001f600" * 500,
)

KEYWORDS = (
    '"unbalanced quote keyword',
    '"" "two words" single "="',
    "a,b;c|d",
    "k" * 500,
)
