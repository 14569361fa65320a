"""What the commands of officers say, in both languages."""

from __future__ import annotations

from riskmodel.base.texts import phrase

DELIVERED = phrase("已批准并送达", "Approved and delivered")
NOT_DELIVERED = phrase("已批准，尚未送达", "Approved, not delivered")
ACKNOWLEDGED = phrase("已签收红色预警", "Acknowledged")
NOT_SILENCED = phrase("当前没有静默。", "Nothing is silenced.")
NOT_JUDGED = phrase("未判断", "NOT JUDGED")
MODEL, FAILED_MODEL = phrase("模型提示", "MODEL"), phrase("模型未通过检验", "FAILED")
VERSION = phrase("{title}版本{version}", "{title} version {version}")
IN_ENGLISH = phrase("（英文）", "")
LEADS, NO_LEADS = phrase("通常先有迹象的来源", "Families with a clear lead"), phrase("没有明确规律", "none")
ACCESS_CODE = phrase(
    "访问码：{code}\n{centre}，{role}（编号{id}）。只显示这一次，请当面交给对方。",
    "Access code: {code}\n{centre}, {role} ({id}). It is shown this once; hand it over in person.",
)
ACCESS_REMOVED = phrase("已收回访问码{id}（{centre}，{role}）。", "Removed access {id} ({centre}, {role}).")
NO_ACCESS = phrase("还没有发放访问码。", "Nobody has an access code yet.")
