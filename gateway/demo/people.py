"""Given and family names in many scripts, each with how an e-mail address spells it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Names:
    """Names of one language, as `written:spelled` where the two differ, and where its people live."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    city: str
    country: str
    timezone: str


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def spelled(name: str) -> tuple[str, str]:
    """A name as written, and as an e-mail address has it."""
    written, _, plain = name.partition(":")
    return written, (plain or written).lower()


LANGUAGES = (
    Names(
        _names("Ada Grace Olivia Noah Liam Emma Mason Harper Ethan Chloe Wyatt Nora"),
        _names("Carter Brooks Reed Foster Hayes O'Neill:oneill Bennett Murphy Coleman Whitaker Sutton Price"),
        "San Francisco",
        "US",
        "America/Los_Angeles",
    ),
    Names(
        _names("Jürgen:juergen Björn:bjoern Käthe:kaethe Lena Günter:guenter Sören:soeren Anneliese Matthias"),
        _names(
            "Müller:mueller Groß:gross Strauß:strauss Schröder:schroeder Weiß:weiss Vogel Jäger:jaeger Köhler:koehler"
        ),
        "München",
        "DE",
        "Europe/Berlin",
    ),
    Names(
        _names("Zoë:zoe François:francois Élodie:elodie Chloé:chloe Jérôme:jerome Anaïs:anais Benoît:benoit Inès:ines"),
        _names("Lefèvre:lefevre Dupré:dupre Gagné:gagne Hébert:hebert Côté:cote Beaulieu Moreau Garçon:garcon"),
        "Montréal",
        "CA",
        "America/Toronto",
    ),
    Names(
        _names("José:jose Íñigo:inigo Begoña:begona Lucía:lucia Martín:martin Sofía:sofia Andrés:andres Núria:nuria"),
        _names("Núñez:nunez Peña:pena García:garcia Muñoz:munoz Ibáñez:ibanez Castaño:castano Vélez:velez Ortiz"),
        "Ciudad de México",
        "MX",
        "America/Mexico_City",
    ),
    Names(
        _names("Łukasz:lukasz Małgorzata:malgorzata Zbigniew Żaneta:zaneta Paweł:pawel Świętosława:swietoslawa"),
        _names("Żółć:zolc Dąbrowska:dabrowska Wójcik:wojcik Łęcki:lecki Śliwa:sliwa Kowalczyk"),
        "Łódź",
        "PL",
        "Europe/Warsaw",
    ),
    Names(
        _names("İbrahim:ibrahim Işıl:isil Çağla:cagla Gökhan:gokhan Ümit:umit Şule:sule"),
        _names("Çelik:celik Yıldız:yildiz Öztürk:ozturk Güneş:gunes Şahin:sahin Işık:isik"),
        "İstanbul",
        "TR",
        "Europe/Istanbul",
    ),
    Names(
        _names("Анна:anna Дмитрий:dmitry Ольга:olga Сергей:sergey Наталья:natalya Фёдор:fyodor"),
        _names("Иванова:ivanova Кузнецов:kuznetsov Соловьёва:solovyova Щукин:shchukin Морозова:morozova Чайка:chaika"),
        "Алматы",
        "KZ",
        "Asia/Almaty",
    ),
    Names(
        _names("Γιώργος:giorgos Ελένη:eleni Νίκος:nikos Σοφία:sofia Δημήτρης:dimitris Ιωάννα:ioanna"),
        _names("Παπαδόπουλος:papadopoulos Νικολάου:nikolaou Οικονόμου:oikonomou Χατζής:chatzis Αγγελής:angelis"),
        "Αθήνα",
        "GR",
        "Europe/Athens",
    ),
    Names(
        _names("花子:hanako 健太:kenta 美咲:misaki 翔:sho 結衣:yui 大輔:daisuke"),
        _names("山田:yamada 佐藤:sato 鈴木:suzuki 高橋:takahashi 渡辺:watanabe 伊藤:ito"),
        "東京",
        "JP",
        "Asia/Tokyo",
    ),
    Names(
        _names("伟:wei 芳:fang 秀英:xiuying 敏:min 静:jing 强:qiang"),
        _names("王:wang 李:li 张:zhang 刘:liu 陈:chen 欧阳:ouyang"),
        "上海",
        "CN",
        "Asia/Shanghai",
    ),
    Names(
        _names("지우:jiwoo 민준:minjun 서연:seoyeon 도윤:doyun 하은:haeun 예준:yejun"),
        _names("김:kim 이:lee 박:park 최:choi 정:jung 강:kang"),
        "서울",
        "KR",
        "Asia/Seoul",
    ),
    Names(
        _names("محمد:mohammed فاطمة:fatima يوسف:youssef ليلى:layla خالد:khalid نور:nour"),
        _names("الأحمد:alahmad حداد:haddad الخطيب:alkhatib منصور:mansour العلي:alali درويش:darwish"),
        "دبي",
        "AE",
        "Asia/Dubai",
    ),
    Names(
        _names("נועה:noa דוד:david תמר:tamar יונתן:yonatan מיכל:michal"),
        _names("כהן:cohen לוי:levi מזרחי:mizrahi פרץ:peretz ביטון:biton"),
        "תל אביב",
        "IL",
        "Asia/Jerusalem",
    ),
    Names(
        _names("प्रिया:priya राहुल:rahul अनीता:anita विक्रम:vikram सुनील:sunil मीरा:meera"),
        _names("शर्मा:sharma पटेल:patel सिंह:singh गुप्ता:gupta अय्यर:iyer देशमुख:deshmukh"),
        "मुंबई",
        "IN",
        "Asia/Kolkata",
    ),
    Names(
        _names("สมชาย:somchai สุดา:suda อนันต์:anan มาลี:malee"),
        _names("ใจดี:jaidee ศรีสุข:srisuk ทองดี:thongdee บุญมา:boonma"),
        "กรุงเทพฯ",
        "TH",
        "Asia/Bangkok",
    ),
    Names(
        _names("Nguyệt:nguyet Đức:duc Thảo:thao Hưng:hung Mỹ:my"),
        _names("Nguyễn:nguyen Trần:tran Lê:le Phạm:pham Đặng:dang"),
        "Hà Nội",
        "VN",
        "Asia/Ho_Chi_Minh",
    ),
)
WEIGHTS = (30, 12, 10, 10, 5, 4, 4, 4, 5, 4, 4, 4, 2, 4, 2, 3)
"""How many of a hundred contacts or so speak each of them."""
