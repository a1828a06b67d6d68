"""What is the same in every universe: the countries, interface languages, categories and reasons that YouTube knows."""


def _table(text: str) -> dict[str, str]:
    return dict(entry.strip().split("=") for entry in text.replace("\n", "").split(";"))


REGIONS = _table(
    "AE=United Arab Emirates;AR=Argentina;AT=Austria;AU=Australia;AZ=Azerbaijan;BA=Bosnia and Herzegovina;"
    "BD=Bangladesh;BE=Belgium;BG=Bulgaria;BH=Bahrain;BO=Bolivia;BR=Brazil;BY=Belarus;CA=Canada;CH=Switzerland;CL=Chile;CO=Colombia;"
    "CR=Costa Rica;CY=Cyprus;CZ=Czechia;DE=Germany;DK=Denmark;DO=Dominican Republic;DZ=Algeria;EC=Ecuador;EE=Estonia;"
    "EG=Egypt;ES=Spain;FI=Finland;FR=France;GB=United Kingdom;GE=Georgia;GH=Ghana;GR=Greece;GT=Guatemala;HK=Hong Kong;"
    "HN=Honduras;HR=Croatia;HU=Hungary;ID=Indonesia;IE=Ireland;IL=Israel;IN=India;IQ=Iraq;IS=Iceland;IT=Italy;"
    "JM=Jamaica;JO=Jordan;JP=Japan;KE=Kenya;KH=Cambodia;KR=South Korea;KW=Kuwait;KZ=Kazakhstan;LA=Laos;LB=Lebanon;"
    "LI=Liechtenstein;LK=Sri Lanka;LT=Lithuania;LU=Luxembourg;LV=Latvia;LY=Libya;MA=Morocco;MD=Moldova;ME=Montenegro;"
    "MK=North Macedonia;MT=Malta;MX=Mexico;MY=Malaysia;NG=Nigeria;NI=Nicaragua;NL=Netherlands;NO=Norway;NP=Nepal;"
    "NZ=New Zealand;OM=Oman;PA=Panama;PE=Peru;PG=Papua New Guinea;PH=Philippines;PK=Pakistan;PL=Poland;PR=Puerto Rico;"
    "PT=Portugal;PY=Paraguay;QA=Qatar;RO=Romania;RS=Serbia;RU=Russia;SA=Saudi Arabia;SE=Sweden;SG=Singapore;"
    "SI=Slovenia;SK=Slovakia;SN=Senegal;SV=El Salvador;TH=Thailand;TN=Tunisia;TR=Türkiye;TW=Taiwan;TZ=Tanzania;"
    "UA=Ukraine;UG=Uganda;US=United States;UY=Uruguay;VE=Venezuela;VN=Vietnam;YE=Yemen;ZA=South Africa;ZW=Zimbabwe"
)
"""Countries in which YouTube has a site of its own."""

LANGUAGES = _table(
    "af=Afrikaans;am=Amharic;ar=Arabic;as=Assamese;az=Azerbaijani;be=Belarusian;bg=Bulgarian;bn=Bangla;bs=Bosnian;"
    "ca=Catalan;cs=Czech;da=Danish;de=German;el=Greek;en=English;en-GB=English (United Kingdom);en-IN=English (India);"
    "es=Spanish (Spain);es-419=Spanish (Latin America);es-US=Spanish (United States);et=Estonian;eu=Basque;fa=Persian;"
    "fi=Finnish;fil=Filipino;fr=French;fr-CA=French (Canada);gl=Galician;gu=Gujarati;hi=Hindi;hr=Croatian;hu=Hungarian;"
    "hy=Armenian;id=Indonesian;is=Icelandic;it=Italian;iw=Hebrew;ja=Japanese;ka=Georgian;kk=Kazakh;km=Khmer;kn=Kannada;"
    "ko=Korean;ky=Kyrgyz;lo=Lao;lt=Lithuanian;lv=Latvian;mk=Macedonian;ml=Malayalam;mn=Mongolian;mr=Marathi;ms=Malay;"
    "my=Burmese;ne=Nepali;nl=Dutch;no=Norwegian;or=Odia;pa=Punjabi;pl=Polish;pt=Portuguese (Brazil);"
    "pt-PT=Portuguese (Portugal);ro=Romanian;ru=Russian;si=Sinhala;sk=Slovak;sl=Slovenian;sq=Albanian;"
    "sr=Serbian (Cyrillic);sr-Latn=Serbian (Latin);sv=Swedish;sw=Swahili;ta=Tamil;te=Telugu;th=Thai;tr=Turkish;"
    "uk=Ukrainian;ur=Urdu;uz=Uzbek;vi=Vietnamese;zh-CN=Chinese;zh-HK=Chinese (Hong Kong);zh-TW=Chinese (Taiwan);zu=Zulu"
)
"""Languages that YouTube's pages come in."""

CATEGORIES = _table(
    "1=Film & Animation;2=Autos & Vehicles;10=Music;15=Pets & Animals;17=Sports;18=Short Movies;19=Travel & Events;"
    "20=Gaming;21=Videoblogging;22=People & Blogs;23=Comedy;24=Entertainment;25=News & Politics;26=Howto & Style;"
    "27=Education;28=Science & Technology;29=Nonprofits & Activism;30=Movies;31=Anime/Animation;32=Action/Adventure;"
    "33=Classics;34=Comedy;35=Documentary;36=Drama;37=Family;38=Foreign;39=Horror;40=Sci-Fi/Fantasy;41=Thriller;"
    "42=Shorts;43=Shows;44=Trailers"
)
ASSIGNABLE = ("1", "2", "10", "15", "17", "19", "20", "22", "23", "24", "25", "26", "27", "28")
"""Categories that a video can be put into in every country."""

ONLY_US = frozenset({"29"})
"""Categories that other countries do not have."""

ABUSE_REASONS = {
    "N": ("Sex or nudity", _table("32=Graphic sex or nudity;33=Content involving minors;34=Other sexual content")),
    "S": (
        "Spam or misleading",
        _table(
            "27=Spam or mass advertising;28=Misleading thumbnail;29=Malware or phishing;"
            "30=Pharmaceutical drugs for sale;31=Other misleading info"
        ),
    ),
    "V": (
        "Violent, hateful, or dangerous",
        _table(
            "35=Promotes violence or hatred;36=Promotes terrorism;37=Bullying or abusing vulnerable individuals;"
            "38=Suicide or self-injury;39=Pharmaceutical or drug abuse;40=Other violent, hateful, or dangerous acts"
        ),
    ),
}
