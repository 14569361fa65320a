"""Single personal names, in Chinese and in Latin letters.

A *clear* name has a surname and a given name of two characters, or a surname and one of the characters that are usual in given names; a
*possible* one has a surname and another character. Names of places and of incidents are neither: they end as places do, or hold a word of
incidents. Names in Latin letters count where a first name or a syllable of a Chinese surname marks them.
"""

from __future__ import annotations

import re

from riskmodel.base.personal_data.east_asian_names import is_east_asian_name
from riskmodel.base.personal_data.latin_names import latin_name_weight
from riskmodel.base.personal_data.name_weights import CLEAR, POSSIBLE
from riskmodel.base.personal_data.separators import visible_text

SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵"
    "孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺"
    "張劉陳楊趙黃吳孫馬羅鄭謝韓馮許鄧傅蕭葉蘇盧蔣賈閻鍾譚鄒陸湯賀龔顏倪嚴溫蘆韋畢聶莊塗關紀項陽衛覃單寧閔車邊饒"
)
COMPOUND = ("欧阳", "太史", "端木", "上官", "司马", "东方", "独孤", "南宫", "万俟", "闻人", "夏侯", "诸葛", "尉迟", "公羊", "赫连", "澹台", "皇甫", "宗政", "濮阳", "公冶",
    "太叔", "申屠", "公孙", "慕容", "仲孙", "钟离", "长孙", "宇文", "司徒", "鲜于", "司空", "令狐", "欧陽", "司馬")  # fmt: skip
_GIVEN = frozenset(
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚英华玉萍红玲芬燕凤洁梅琳云莲真环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉桂娣璧璐娅琦晶妍茜秋珊莎锦黛青倩婷姣婉娴瑾颖露瑶怡婵雁蓓仪荷丹蓉眉君琴蕊薇菁梦岚婕馨琰"
    "韵融艺咏卿聪澜纯毓悦昭冰爽琬羽希欣飘育滢馥筠柔竹霭凝晓欢霄枫芸菲寒伊亚宜姬舒影荔枝思毅俊峰保文辉力永健世广志义兴良仁波贵福生龙元全胜学祥才发武新利清飞彬富顺信子康星光天达茂进有坚和彪博诚先敬震振壮"
    "会群豪心邦承乐绍功松善厚庆民友裕河哲浩亮政谦亨奇固之轮翰朗伯宏言若鸣朋斌栋维启克伦翔旭鹏泽晨辰士以建致树炎德行时泰盛雄琛钧冠策腾楠榕风航弘秀淑慧兰喜银根宝财妮梓涵轩宇豪萱彤雯诗琪睿昊皓煜霖"
    "三四五六七八九"
)  # fmt: skip
_PLACE_ENDS = frozenset(
    "村镇乡街路巷里庄屯湾坝桥园苑区社组队所站县市州坪岭沟河湖山店集寨堡营口墩埠浜塘溪坑岙畈港岛滩坡洼洞泉井寺庙庵阁楼塔台门关渡港城场厂院校馆库段线道弄栋幢号室家北南东西上下前后头尾边洲圩闸墙屋房厦座层户"
)
_INCIDENT = re.compile(
    "盗|窃|抢|夺|骗|诈|殴|斗|伤|火|灾|纠|诉|求助|隐患|事故|赌|毒|嫖|案|警|违|损|坏|检|调解|抛物|噪|扰|污|漏|堵|塌|爆|燃|电|水|气|险|危|贷|租|薪|欠|访|查|报|修|投|类|型|件|其他|其它|未知|正常|撤|销|已|未|"
    "办|结|理|中心|社区|小区|公司|单位|学校|医院|派出|交通|车祸|打架|吵|闹|酒|醉|失踪|走失|自杀|救|治安|刑事|民事|行政|消防|环境|卫生|设施|市容|占道|摊|广场|工地|施工|养犬|犬|狗"
)
_TITLED = re.compile(r"[\u4e00-\u9fff]{1,2}(?:某{1,2}|[*×xX○]{1,2}|先生|女士|小姐|同志|师傅|阿姨|大爷|大妈)")
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,4}")
_DOTTED = re.compile(r"[\u4e00-\u9fff]{2,8}(?:·[\u4e00-\u9fff]{1,8}){1,3}")
_LATIN = re.compile(r"[A-Za-z]+(?:, ?| )[A-Za-z]+(?: [A-Za-z]\.?| [A-Za-z]+)?")
_PINYIN_SURNAMES = frozenset(
    ["wang", "li", "zhang", "liu", "chen", "yang", "zhao", "huang", "zhou", "wu", "xu", "sun", "hu", "zhu", "gao", "lin", "he", "guo", "ma", "luo", "liang", "song", "zheng", "xie", "han", "tang", "feng", "yu", "dong", "xiao", "cheng", "cao", "yuan", "deng", "fu", "shen", "zeng", "peng", "lv", "lu", "su", "jiang", "cai", "jia", "ding", "wei", "xue", "ye", "yan", "pan", "du", "dai", "xia", "zhong", "tian", "ren", "fan", "fang", "shi", "yao", "tan", "liao", "zou", "xiong", "jin", "hao", "kong", "bai", "cui", "kang", "mao", "qiu", "qin", "gu", "hou", "shao", "meng", "long", "wan", "duan", "lei", "qian", "yin"]
)  # fmt: skip
_SYLLABLE = "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|a|e|i|o|u|v)"
_PINYIN_GIVEN = re.compile(rf"{_SYLLABLE}{{1,2}}")


def single_name_weight(value: str) -> float:
    """Return how much a value looks like one name, 0 to 1.

    Examples
    --------
    >>> single_name_weight("王秀英"), single_name_weight("黄山"), single_name_weight("王家村"), single_name_weight("高空抛物")
    (1.0, 0.0, 0.0, 0.0)
    """
    text = visible_text(value).strip()
    if _TITLED.fullmatch(text) and (text[0] in SURNAMES or text[:2] in COMPOUND):
        return CLEAR
    if _DOTTED.fullmatch(text):
        return CLEAR
    if is_east_asian_name(text):
        return CLEAR
    if _CHINESE.fullmatch(text):
        return _chinese_weight(text)
    if _LATIN.fullmatch(text) and _is_pinyin(text):
        return CLEAR
    return latin_name_weight(value)


def _chinese_weight(text: str) -> float:
    """Return the weight of two to four Chinese characters."""
    surname = 2 if text[:2] in COMPOUND else 1
    given = text[surname:]
    if not 1 <= len(given) <= 2 or (surname == 1 and text[0] not in SURNAMES):
        return 0.0
    if text[-1] in _PLACE_ENDS or _INCIDENT.search(text):
        return 0.0
    return CLEAR if len(given) == 2 or surname == 2 or given in _GIVEN else POSSIBLE


def _is_pinyin(text: str) -> bool:
    """Return whether two words are a Chinese name in pinyin."""
    words = [word.strip(".").lower() for word in re.split(r"[ ,]+", text)]
    first, last = words[0], words[-1]
    return len(words) == 2 and bool(
        (first in _PINYIN_SURNAMES and _PINYIN_GIVEN.fullmatch(last))
        or (last in _PINYIN_SURNAMES and _PINYIN_GIVEN.fullmatch(first))
    )


def begins_like_name(text: str) -> bool:
    """Return whether a text is short and begins like a name."""
    if _CHINESE.fullmatch(text):
        return (len(text) < 4 and text[0] in SURNAMES) or text[:2] in COMPOUND
    word = text.lower()
    return any(word.startswith(one) and _PINYIN_GIVEN.fullmatch(word[len(one) :]) is not None for one in _PINYIN_SURNAMES)
