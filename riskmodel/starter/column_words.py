"""Words in names of columns, and what each says about the column."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from riskmodel.base.accents import without_accents
from riskmodel.starter.area_words import leads_area

WORDS: dict[str, tuple[str, ...]] = {
    "id": (
        "id", "case number", "casenumber", "ticket", "ticket number", "sr number", "request number", "incident number", "case no", "event number", "record number", "objectid", "uuid", "guid",
        "key", "ref", "reference", "编号", "案件编号", "警情编号", "事件编号", "工单号", "单号", "流水号", "序号", "bh", "numero", "nummer", "nr", "expediente", "expedient", "numero expedient", "numero de expediente",
        "nº expediente", "n° expediente", "folio", "pratica", "n pratica", "numero pratica", "protocollo", "aktenzeichen", "vorgangsnummer", "dossier", "fallnummer", "nr sprawy", "numer sprawy", "numer zdarzenia", "사건번호", "접수번호", "관리번호", "受付番号", "事件番号", "num bo", "numero bo", "boletim", "رقم البلاغ", "رقم الحادث", "شماره", "เลขที่คดี", "เลขที่",
    ),
    "date": (
        "occurred", "occurrence", "occ", "occurred on", "incident date", "date of incident", "event date", "offense date", "crime date",
        "from date", "start date", "date from", "datetime from", "earliest", "date start", "date", "datetime", "timestamp", "time", "day", "when", "week", "week start", "month", "period", "datum",
        "fecha", "发生时间", "发生日期", "案发时间", "事发时间", "日期", "时间", "报警时间", "接警时间", "周", "周起始", "月份", "开始时间", "fssj", "bjsj", "created", "opened",
        "tatzeit", "tattag", "fecha hecho", "fecha del hecho", "data", "date fait", "date faits", "date infraction", "date evenement", "ereignisdatum", "vorfallsdatum", "fecha hechos", "fecha ocurrencia", "発生日", "发生日",
        "fecha incidente", "fecha delito", "data fatto", "data fato", "jour", "tarih", "suç tarihi", "発生年月日", "発生日時", "발생일", "발생일자", "발생일시", "дата", "дата происшествия", "tanggal", "ngày", "päivä", "ημερομηνία", "data zdarzenia", "pleegdatum", "dato", "วันที่", "تاریخ", "التاريخ", "تاريخ البلاغ", "تاريخ الحادث", "วันที่เกิดเหตุ", "data ocorrencia", "data ocorrencia bo", "data do fato", "gjerningsdato", "gjerningstid", "gjerningstidspunkt", "gerningsdato", "hendelsesdato", "brottsdatum", "brottstid", "händelsedatum", "tapahtumapäivä", "tekoaika", "fecha ocurrido", "data dels fets", "fecha suceso", "tatzeit anfang", "tatzeit anfang datum", "cmplnt fr dt", "first occurrence date", "дата події", "תאריך", "dagsetning", "kuupäev", "datums", "년월", "년월일", "年月", "年月日", "주", "주차", "date occ", "dt", "queued", "time queued", "call time", "call received"
    ),
    "known": (
        "known", "reported", "report", "rptd", "denuncia", "data denuncia", "segnalazione", "data segnalazione", "rpt", "report date", "date reported", "reported on", "received", "recorded", "registered", "entered", "created",
        "上报时间", "登记时间", "登记日期", "受理时间", "受理日期", "录入时间", "接报时间", "立案时间", "入库时间", "报警时间", "接警时间",
        "gemeldet", "gemeldet am", "meldedatum", "meldetag", "anzeigedatum", "angezeigt am", "erfasst", "erfasst am", "erfassungsdatum", "eingangsdatum", "eingegangen am",
        "fecha de denuncia", "fecha denuncia", "denunciado", "fecha de registro", "fecha registro", "registrado", "fecha de reporte", "reportado",
        "date de signalement", "signale le", "date d enregistrement", "enregistre le", "date de depot", "date de plainte",
        "date depot plainte", "date declaration", "declare le", "date notification", "notifie le", "date saisie", "date reception", "fecha notificacion", "notificado", "fecha recepcion",
        "fecha ingreso", "fecha captura", "aufnahmedatum", "datum anzeige", "datum meldung", "data registro", "data comunicacao", "data comunicacao bo", "data zgłoszenia", "신고일시", "접수일시", "접수일", "届出日", "受理日",
        "date entered", "entry date", "date recorded", "recorded date", "date logged", "logged", "date received", "registration date", "date of registration", "notified", "date notified", "notification date", "date of notification",
        "anmäld", "anmält", "anmälan", "anmälningsdatum", "anmälningsdag", "anmälningstid", "inkom", "inkommen", "registrerad", "registreringsdatum", "meldt", "meldt dato", "anmeldt", "anmeldelsesdato", "registrert", "registreringsdato",
        "gemeld", "gemeld op", "melddatum", "datum aangifte", "aangiftedatum", "datum kennisname", "geregistreerd", "registratiedatum", "ilmoitettu", "ilmoituspäivä", "ilmoitusaika", "kirjattu", "kirjauspäivä",
        "zgłoszono", "data rejestracji", "zarejestrowano", "nahlášeno", "datum nahlášení", "oznámeno", "datum oznámení", "bejelentve", "bejelentés ideje", "bejelentés dátuma", "ihbar tarihi", "bildirim tarihi", "kayıt tarihi", "şikayet tarihi",
        "дата регистрации", "дата сообщения", "дата обращения", "зарегистрировано", "дата реєстрації", "дата звернення", "ημερομηνία καταγγελίας", "ημερομηνία καταχώρισης", "data do registro", "data de registo", "data registo", "data da denuncia", "data notificacao", "dt notificacao",
        "신고일", "신고일자", "접수일자", "등록일", "등록일시", "認知日", "認知年月日", "届出年月日", "受付日", "受付日時", "通報日時", "tanggal lapor", "tanggal laporan", "dilaporkan", "ngày báo cáo", "ngày ghi nhận", "ngày tiếp nhận", "วันที่แจ้ง", "วันที่รับแจ้ง", "تاريخ التسجيل", "تاريخ الإبلاغ", "تاریخ ثبت", "تاریخ گزارش",
    ),
    "ended": (
        "ended", "end", "latest", "date to", "datetime to", "date end", "closed", "completed", "resolved", "end date", "to date", "closed date", "completion date", "办结时间", "结束时间", "完成时间", "结案时间",
        "办结日期", "结束日期", "完成日期", "结案日期", "化解时间", "化解日期", "关闭时间", "关闭日期", "归档时间", "归档日期", "销号时间", "销号日期", "整改时间", "整改日期", "处结时间", "注销时间", "注销日期",
        "fecha cierre", "fecha de cierre", "fecha resolucion", "fecha fin", "data chiusura", "data encerramento", "data conclusao", "data fechamento", "geschlossen am", "erledigt am", "abgeschlossen am", "date cloture", "date de cloture", "date resolution", "datum afgehandeld", "data zamkniecia", "дата закрытия",
    ),
    "changed": ("updated", "modified", "last updated", "updated on", "update date", "last modified", "更新时间", "修改时间"),
    "kind": (
        "kind", "type", "category", "primary type", "crime type", "offense", "offence", "offense type", "crime", "class", "nature",
        "incident type", "event type", "service code", "service", "complaint type", "request type", "call type", "group", "family", "subject", "类别", "类型", "种类", "案由", "警情类别",
        "警情类型", "大类", "一级分类", "诉求分类", "案件类型", "案件类别", "案别", "事件类型", "纠纷类型", "诉求类型", "案件性质", "警情性质", "事件性质", "lb", "lx", "art", "tipo", "kategorie", "categoria", "delito",
        "label", "problem", "issue", "incident", "violation", "delikt", "straftat", "deliktart", "tatbestand", "infraction", "reato", "tipo reato", "catégorie", "nature fait", "crimen",
        "crm cd desc", "crime description", "offense description", "offence description", "ofns desc", "offense desc", "ucr description", "nibrs description",
        "type description", "call type description", "incident type description", "charge description", "violation description", "qualification", "natureza", "crime tipo", "soort", "soort misdrijf", "rodzaj", "rodzaj zdarzenia", "tür", "suç türü", "罪種", "罪名", "手口", "죄종", "범죄유형", "вид", "вид преступления", "тип", "brottstyp", "brott", "druh", "jenis", "jenis kejahatan", "loại", "laji", "típus", "είδος", "案类", "نوع", "نوع البلاغ", "نوع الجريمة", "ประเภท", "ประเภทคดี", "natureza apurada", "rubrica", "사건유형", "사건종류", "分類", "סוג", "סוג עבירה", "veids", "rūšis", "liik", "tegund", "vrsta", "vrsta djela", "вид події", "вид правопорушення", "clase", "modalidad"
    ),
    "cell": (
        "cell", "grid", "cell id", "grid id", "tract", "census tract", "geoid", "beat", "precinct", "district", "area", "zone", "ward",
        "neighborhood", "neighbourhood", "community area", "community", "sector", "block group", "region", "village", "town", "station", "site",
        "store", "building", "place", "location", "lsoa", "lsoa code", "municipality", "county", "borough", "网格", "网格编号", "网格号", "网格编码", "社区", "村", "小区", "街道",
        "辖区", "片区", "派出所", "管辖单位", "辖区单位", "地区", "行政区", "所属网格", "村居", "乡镇", "镇", "乡", "县", "区县", "县区", "镇街", "街镇", "村庄", "村组", "村社", "村别", "属地", "接警单位", "处警单位", "出警单位", "村委会", "居委会", "分局", "区域", "wg", "wgbh", "bezirk", "gemeinde", "barrio", "distrito",
        "stadtteil", "ortsteil", "stadtbezirk", "quartier", "quartiere", "rione", "zona", "bairro", "freguesia", "commune", "arrondissement", "colonia", "municipio", "comune", "ort", "secteur", "revier", "町丁", "landkreis", "departamento", "departement", "provincia", "reporting area", "wijk", "buurt", "stadsdeel", "stadsdel", "dzielnica", "osiedle", "ilçe", "mahalle", "市区町村", "丁目", "自治区", "자치구", "행정동", "район", "округ", "obvod", "čtvrť", "kecamatan", "kelurahan", "quận", "phường", "lga", "local government area", "boro", "geohash", "h3", "h3 index", "h3 cell", "wijken en buurten", "alue", "kaupunginosa", "kerület", "περιοχή", "الحي", "المنطقة", "منطقه", "منطقة", "محله", "ตำบล", "อำเภอ", "เขต", "แขวง", "관할구", "관할서", "관할경찰서", "지역", "시군구", "읍면동", "동", "구", "区", "市", "町", "מרחב", "שכונה", "אזור", "rajons", "apkaime", "rajonas", "seniūnija", "linnaosa", "městská část", "hverfi", "općina", "naselje", "gradska četvrt", "opština", "община", "громада", "місто", "barangay", "brgy", "lor", "planungsraum", "plr", "bezirksregion", "barri", "districte", "merhav", "police district", "police station", "woreda", "kebele", "kota", "kabupaten", "upazila", "thana", "tehsil", "taluk", "subcounty", "sub county", "parroquia", "canton", "localidad", "vereda", "comuna", "alcaldia", "cuadrante", "concelho", "bydel", "kommun", "kommune", "fylke", "suburb", "parish", "zip", "zip code", "zipcode", "postal code", "postcode", "postleitzahl", "plz", "code postal", "codigo postal", "code insee", "code commune", "codgeo", "cp", "우편번호", "郵便番号", "邮政编码", "country", "country code", "country name", "pais", "province", "prefecture", "都道府県", "область", "oblast", "voivodeship", "województwo", "judet", "megye", "kraj", "okres", "uf", "estado", "cluster", "neighborhood cluster", "dist", "obec", "město", "gmina", "miasto", "powiat", "gemeente", "kunta", "település", "község", "şehir", "город", "муниципалитет", "село"
    ),
    "x": ("x", "lon", "lng", "long", "longitude", "easting", "x coord", "x coordinate", "xcoord", "point x", "x ft", "coord x", "x coord cd", "utm x", "x utm", "coordenada x", "coordenada x utm", "coordx", "经度", "坐标x", "x坐标", "横坐标", "jd", "längengrad", "länge", "geo länge", "rechtswert", "ostwert", "longitud", "longitudine", "долгота", "довгота", "경도", "経度", "długość", "długość geograficzna", "zeměpisná délka", "boylam", "kinh độ", "bujur", "ลองจิจูด", "خط الطول", "קו אורך", "lengtegraad", "pituusaste", "hosszúság", "földrajzi hosszúság", "γεωγραφικό μήκος", "coordenada este", "coord este", "long wgs84", "lon wgs84", "xblock", "x block", "x wgs84", "x gps"),
    "y": ("y", "lat", "latitude", "northing", "y coord", "y coordinate", "ycoord", "point y", "y ft", "coord y", "y coord cd", "utm y", "y utm", "coordenada y", "coordenada y utm", "coordy", "纬度", "坐标y", "y坐标", "纵坐标", "wd", "breitengrad", "breite", "geo breite", "hochwert", "nordwert", "latitud", "latitudine", "широта", "위도", "szerokość", "szerokość geograficzna", "zeměpisná šířka", "enlem", "vĩ độ", "lintang", "ละติจูด", "خط العرض", "קו רוחב", "breedtegraad", "leveysaste", "szélesség", "földrajzi szélesség", "γεωγραφικό πλάτος", "coordenada norte", "coord norte", "lat wgs84", "yblock", "y block", "y wgs84", "y gps"),
    "amount": ("count", "counts", "n", "cases", "events", "incidents", "number of events", "number of cases", "total", "amount", "sum", "frequency", "value", "anzahl", "fallzahl", "cantidad", "casos", "numero casos", "nombre cas", "nombre faits", "casi", "数量", "件数", "工单量", "工单数", "办件量", "来电量", "信访量", "发生数", "受理数", "诉求量", "报警数", "接警数", "立案数", "发案数", "发案量", "警情数", "警情量", "接警量", "报警量", "受理量", "投诉量", "起数", "次数", "案件数", "总数", "合计", "数", "sl", "anzahl fall", "anzahl faelle", "anzahl fälle", "faits", "nb faits", "effectif", "effectifs", "quantidade", "qtd", "ocorrencias", "num ocorrencias", "cantidad de casos", "cantidad hechos", "total casos", "numero de casos", "numero de delitos", "total delitos", "liczba", "liczba zdarzeń", "liczba przestępstw", "počet", "počet skutků", "количество", "число", "кількість", "건수", "발생건수", "발생 건수", "件", "認知件数", "発生件数", "發生件數", "jumlah", "jumlah kasus", "số vụ", "aantal", "aantal misdrijven", "geregistreerde misdrijven", "antal", "toplam", "adet", "عدد", "عدد الحوادث", "מספר", "จำนวน", "จำนวนคดี", "no of cases", "no of incidents", "number of crimes", "number of offences", "offence count", "crime count", "incident count", "calls", "births"),
    "week": ("week", "wk", "week number", "week no", "iso week", "epi week", "epiweek", "epidemiological week", "mmwr week", "mmwrweek", "cdc week", "semana", "semana epidemiologica", "semaine", "semaine epidemiologique", "meldewoche", "woche", "settimana", "周", "周次", "kw", "kalenderwoche", "year week", "yearweek", "vecka", "uke", "uge", "viikko", "týden", "tydzień", "týždeň", "hafta", "неделя", "тиждень", "hét", "εβδομάδα", "tuần", "minggu", "สัปดาห์", "الأسبوع", "שבוע"),
    "year": ("year", "yr", "nk any", "any", "occ year", "年", "年份", "jahr", "anio", "ano", "annee", "meldejahr", "mmwr year", "epi year", "iso year", "anno", "rok", "jaar", "år", "vuosi", "év", "yıl", "год", "рік", "godina", "aasta", "gads", "metai", "έτος", "년", "연도", "năm", "tahun", "ปี", "السنة", "سال", "שנה"),
    "month": ("month", "mon", "mes any", "occ month", "月", "月份", "monat", "mes", "mois", "mo", "mth", "mese", "měsíc", "miesiąc", "mesiac", "maand", "månad", "måned", "kuukausi", "hónap", "ay", "месяц", "місяць", "mjesec", "μήνας", "월", "tháng", "bulan", "เดือน", "الشهر", "ماه", "חודש"),
    "day": ("day", "day of month", "dia mes", "dia de mes", "occ day", "日", "tag", "dia", "jour", "dy", "dd"),
}  # fmt: skip
"""Names of columns by what they hold, the clearest first."""

ROW_NUMBERS = frozenset(
    (
        "objectid",
        "object id",
        "fid",
        "ogc fid",
        "cartodb id",
        "gid",
        "oid",
        "row id",
        "rowid",
        "row",
        "index",
        "unnamed 0",
        "序号",
    )
)
"""Names of numbers that a program gives to the rows of an export."""

_CUT = 10
"""Characters after which shapefiles cut names off."""
_TIMES = (
    "date", "time", "datetime", "at", "on", "dt", "day", "日期", "时间", "dato", "datum", "fecha", "data", "tag", "tid", "dag", "tarih", "tarihi", "дата", "час", "heure", "hora", "dia", "tanggal", "日", "日時",
)  # fmt: skip
"""Words of names that say date or time."""


_ARTICLES = frozenset(
    (
        "am",
        "d",
        "da",
        "das",
        "de",
        "del",
        "della",
        "der",
        "des",
        "die",
        "do",
        "du",
        "el",
        "l",
        "la",
        "las",
        "le",
        "les",
        "los",
        "of",
        "the",
    )
)
"""Words between others that say nothing of a column."""


_CALLED = frozenset(("name", "no", "nr", "num", "number", "code", "id"))
"""Words after the one that says what has the name or number: ``borough name``."""
_CODED = frozenset(("id", "code", "cd"))
"""Words after that of a kind, whose code may say what happened."""
_CHINESE_CELL = re.compile(r"(?:所属|所在|属地|管辖|责任|警务|行政|自然|案发|事发|发生)?(.+?)(?:名称?|编号|编码|代码)?")
"""A word of cells between what it is for and what it says of it: 所属村, 行政村, 镇名称."""
_SPOTS = frozenset(("place", "location"))
"""Words of cells whose codes rather say what sort of place it was."""


_SYSTEM = re.compile(r"(?<=\S) (?:wgs ?84|etrs ?89|ed ?50|nad ?83|gda ?94|cgcs ?2000|epsg ?\d+|4326|dd|deg|decimal)$")
"""A reference system behind the name of a coordinate."""
_PER = re.compile(r" per (?:day|week|month)$")
"""What a number of events is for: ``cases per day`` is no day."""


def _core(plain: str) -> str:
    """Return a plain name without articles.

    The last word is none: ``Ward D`` is a ward among others.
    """
    words = plain.split()
    return " ".join([*(word for word in words[:-1] if word not in _ARTICLES), *words[-1:]])


_SIMPLIFIED = str.maketrans(
    "碼編號類別種區經緯發時間現場轄處報業務單數鄉鎮縣縱橫標週", "码编号类别种区经纬发时间现场辖处报业务单数乡镇县纵横标周"
)
"""Traditional signs in names of columns, and the simplified ones."""
_EAST_ASIAN = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_LATIN = re.compile(r"[^\W\d_]{3}")


def _bare_word(text: str) -> str:
    """Return a word without accents, in simplified signs."""
    return without_accents(text).translate(_SIMPLIFIED)


def plain_name(name: str) -> str:
    """Return a name in lower case, its words separated by spaces.

    Examples
    --------
    >>> plain_name("Report_Date"), plain_name("occurredOn"), plain_name("X (ft)")
    ('report date', 'occurred on', 'x ft')
    """
    text = re.sub(r"([a-z])([A-Z])", r"\1 \2", unicodedata.normalize("NFKC", name.replace("İ", "I")))
    return " ".join(re.split(r"[\W_]+", text.lower())).strip()


_PLAIN_WORDS = {
    role: tuple(
        dict.fromkeys(form for word in words for form in (_bare_word(plain_name(word)), _core(_bare_word(plain_name(word)))))
    )
    for role, words in WORDS.items()
}
"""Names of columns without accents, since many exports leave them out, and in simplified signs."""


@lru_cache(4096)
def rank(name: str, role: str) -> int:
    """Return how clearly a name says that a column has a role.

    3: it is one of its words; 2: one of them and a time word, it ends with one, or it is the name or number of a cell; 1: it has one among others; 0: it does not.

    Examples
    --------
    >>> rank("latitude", "y"), rank("Report Date", "known"), rank("start_lat", "y"), rank("colour", "kind")
    (3, 3, 2, 0)
    >>> rank("x_coordina", "x"), rank("BoroughName", "cell"), rank("Location Code", "cell")
    (2, 2, 1)
    >>> rank("District 地區", "cell"), rank("發生日期", "date"), rank("所属村", "cell")
    (3, 3, 2)
    """
    plain = _PER.sub("", _bare_word(plain_name(name)))
    if role in ("x", "y"):
        plain = _SYSTEM.sub("", plain)
    eastern = " ".join(re.sub(rf"(?!{_EAST_ASIAN}).", " ", plain).split())
    western = " ".join(re.sub(_EAST_ASIAN, " ", plain).split())
    if eastern and _LATIN.search(western):
        # a name in two languages says the same twice
        return max(_rank(name, one, role) for one in (eastern, western))
    return _rank(name, plain, role)


def _rank(name: str, plain: str, role: str) -> int:
    """Return how clearly a plain name says that it has a role."""
    words = _PLAIN_WORDS[role]
    if plain in words or _core(plain) in words:
        return 3
    split = plain.split()
    bare = " ".join(word for word in split if word not in _TIMES)
    if bare and bare in words and role in ("date", "known", "ended", "changed"):
        return 2
    if len(name) == _CUT and any(len(word) > _CUT - 2 and word.startswith(plain) for word in words):
        return 2
    chinese = any(len(word) > 1 and not word.isascii() and word in plain for word in words)
    longer = any(" " in word and plain.endswith(f" {word}") for word in words)
    if chinese or longer or (split and split[-1] in words and len(split[-1]) > 1):
        return 2
    if role == "kind" and len(split) > 1 and split[-1] in _CODED and _rank(name, " ".join(split[:-1]), role) >= 2:
        # an id of a category is a kind where it is a word
        return 2
    if role == "cell" and len(split) > 1 and leads_area(*map(without_accents, split[:2])):
        return 2
    if role == "cell" and (found := _CHINESE_CELL.fullmatch(plain)) is not None and found[1] in words:
        return 2
    if role == "cell" and len(split) > 1 and split[-1] in _CALLED and split[-2] in words and split[-2] not in _SPOTS:
        return 2
    return 1 if any(word in words and len(word) > 1 for word in split) else 0


def looks_like_id(name: str) -> bool:
    """Return whether a column is called like an id."""
    words = plain_name(name).split()
    return (
        rank(name, "id") >= 2
        or words[:1] == ["id"]
        or words[-1:] in (["id"], ["no"], ["num"], ["number"], ["code"])
        or words[-1:] != []
        and words[-1].endswith(("nummer", "numer"))
        or _bare_word(name.strip()).endswith(("编码", "代码"))
    )


def has_role(name: str) -> bool:
    """Return whether a name says that a column is needed."""
    return any(rank(name, role) >= 2 for role in WORDS)


def is_chinese(texts: list[str]) -> bool:
    """Return whether a good part of some texts is Chinese."""
    found = sum(any("\u4e00" <= sign <= "\u9fff" for sign in text) for text in texts)
    return 3 * found >= len(texts) > 0


def free_name(name: str, taken: Iterable[str]) -> str:
    """Return a name that no other column has."""
    used = set(taken)
    while name in used:
        name += "_"
    return name
