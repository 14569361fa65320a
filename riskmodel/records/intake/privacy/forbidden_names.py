"""Column names that stand for persons, accounts or free text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from riskmodel.base.accents import without_accents
from riskmodel.base.errors import refused

FORBIDDEN_NAMES = (
    "姓名", "名字", "当事人", "报警人", "联系人", "联络人", "户主", "房东", "租客", "承租人", "嫌疑人", "身份证", "证件号", "护照", "手机", "电话",
    "联系方式", "微信", "账号", "帐号", "账户", "昵称", "用户名", "邮箱", "车牌", "号牌", "银行卡", "简要案情", "内容", "描述", "备注", "详情", "正文", "性别", "民族",
    "當事人", "報警人", "聯繫人", "聯絡人", "戶主", "房東", "身份證", "身分證", "證件號", "護照", "手機", "電話", "聯繫方式", "聯絡方式", "帳號", "賬號", "帳戶",
    "暱稱", "用戶名", "郵箱", "車牌", "號牌", "銀行卡", "簡要案情", "內容", "備註", "詳情", "性別",
    "xingming", "dangshiren", "baojingren", "lianxiren", "huzhu", "fangdong", "zuke", "chengzuren", "xianyiren", "shenfenzheng",
    "zhengjianhao", "huzhao", "shouji", "dianhua", "lianxifangshi", "weixin", "zhanghao", "nicheng", "yonghuming", "youxiang", "chepai",
    "haopai", "yinhangka", "jianyaoanqing", "neirong", "miaoshu", "beizhu", "xiangqing", "zhengwen", "xingbie", "minzu",
    "person", "firstname", "lastname", "fullname", "givenname", "surname", "suspect", "victim", "complainant", "landlord", "tenantname",
    "identity", "idcard", "passport", "phone", "mobile", "email", "account", "username", "nickname", "wechat", "plate", "bankcard",
    "narrative", "freetext", "description", "remark", "ethnic", "gender", "offender", "perpetrator", "nationality", "religion",
    "victima", "denunciante", "sospechos", "imputado", "apellido", "telefon", "correoelectronico", "descripcion", "observacion", "nacionalidad",
    "victime", "plaignant", "prenom", "courriel", "commentaire", "nationalite", "vittima", "cognome", "vitima", "suspeito", "sobrenome",
    "opfer", "geschadigt", "tatverdacht", "beschuldigt", "anzeigeerstatter", "vorname", "nachname", "familienname", "geschlecht", "staatsangehorig",
    "beschreibung", "bemerkung", "freitext", "sachverhalt",
    "处警人", "出警人", "接警人", "办案人", "承办人", "经办人", "举报人", "投诉人", "申请人", "填报人", "监护人", "家属", "住址", "户籍", "曾用名", "處警人", "舉報人", "投訴人", "申請人",
    "chujingren", "jubaoren", "tousuren", "shenqingren", "zhuzhi", "reportingparty", "officername", "nombrecompleto", "homeaddress", "domicilioparticular",
    "受害人", "被害人", "犯罪人", "涉案人", "年龄", "年齡", "国籍", "國籍", "籍贯", "籍貫", "宗教", "出生",
)  # fmt: skip
"""Parts of refused column names, without case and separators.

They are Chinese (simplified, traditional and in pinyin), English, Spanish, French, Italian, Portuguese and German, without accents.
"""

FORBIDDEN_WORDS = (
    "xm", "sfz", "sfzh", "sfzhm", "zjhm", "sjh", "sjhm", "dhhm", "lxdh", "lxr", "lxfs", "bjr", "dsr", "cph", "cphm", "hphm", "wxh", "qq", "vx", "wx",
    "ssn", "tel", "mob", "fax", "caller", "applicant", "owner", "openid", "unionid", "imei", "imsi", "dob",
    "vic", "vict", "susp", "perp", "sex", "sexo", "sexe", "race", "descent", "edad", "idade", "alter", "eta", "dni", "curp", "cpf",
    "aadhaar", "aadhar", "personnummer", "pesel", "iban", "rfc", "nss", "cedula", "whatsapp", "reportante", "quejoso", "quejosa", "solicitante", "agraviado", "agraviada", "reporter", "informant",
    "note", "notes", "nota", "notas", "comment", "comments", "kommentar", "anmerkung",
)  # fmt: skip
"""Refused whole words of column names: short ones that other words contain, such as initials of pinyin."""

HARMLESS_NAMES = (
    "人数", "人數", "doorplate", "template", "automobile", "offensedescription", "offencedescription", "crimedescription", "chargedescription", "violationdescription",
    "typedescription", "codedescription", "descripciondelito", "descripciondeldelito", "delitodescripcion", "categorydescription", "classdescription", "ucrdescription", "nibrsdescription",
)  # fmt: skip
"""Words that contain a refused part and mean something else: the text of a code is no free text."""


def check_columns(table: object, columns: Sequence[str]) -> None:
    """Refuse mapped columns with a forbidden name.

    Raises
    ------
    RefusedError
        Naming the columns.
    """
    found = [column for column in columns if is_forbidden_name(column)]
    if found:
        raise refused(
            f"The table {str(table)!r}",
            f"the mapped column(s) {', '.join(map(repr, found))} would bring persons, accounts or free text in",
            "Map a column that describes a place or an event, and leave these in the source.",
        )


def is_forbidden_name(column: str) -> bool:
    """Return whether a column name stands for persons, accounts or free text."""
    plain = "".join(c for c in without_accents(column) if unicodedata.category(c) != "Cf")
    words = plain + " " + re.sub(r"([a-z])([A-Z])", r"\1 \2", plain)
    if set(re.split(r"[^a-z]+", words.lower())) & set(FORBIDDEN_WORDS):
        return True
    name = re.sub(r"[\W_]+", "", plain.lower())
    for word in HARMLESS_NAMES:
        name = name.replace(word, "")
    return any(word in name for word in FORBIDDEN_NAMES)


def sql_names(statement: str) -> list[str]:
    """Return every name in a SQL statement.

    Text in single quotes is a value and is left out.
    """
    return list(dict.fromkeys(re.findall(r"[^\W\d]\w*", re.sub(r"'[^']*'", " ", statement))))
