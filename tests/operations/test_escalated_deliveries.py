"""Deliveries that escalate: mail, feed, webhook and drop folder say why they come, and the approved files stay as they are."""

from __future__ import annotations

import json
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

from riskmodel.base.errors import RefusedError
from riskmodel.base.files import canonical_json
from riskmodel.operations.delivery import (
    DropChannel,
    EmailChannel,
    FeedChannel,
    MailServer,
)
from riskmodel.operations.delivery.feed_channel import ATOM
from riskmodel.operations.delivery.webhook_channel import envelope
from tests.worlds.full_list import full
from tests.worlds.parcels import AS_OF, FILES, parcel


@pytest.mark.parametrize(
    ("minutes", "zh", "en"), [(30, "30分钟", "30 minutes"), (60, "1小时", "1 hour"), (180, "3小时", "3 hours")]
)
def test_a_mail_that_escalates_a_list_says_why_it_comes(minutes: int, zh: str, en: str) -> None:
    one = parcel({"list.json": canonical_json(full().to_json())})
    server = MailServer("localhost", 25, "tls")
    message = EmailChannel(server, "a@b.invalid", "c@d.invalid", escalates_after=minutes).message(one)
    assert "无人签收）" in message["Subject"]
    assert "red, not acknowledged" in message["Subject"]
    body = message.get_body()
    assert body is not None
    chinese, english, _ = body.get_content().split("\n\n")
    assert chinese.startswith(f"此名单有红色预警，送达{zh}后仍无人签收，故转发给您。请联系值班员，或代为签收。\n东区 centre，")
    assert english.startswith(f"Nobody acknowledged the red warnings of this list within {en}, so it is sent to you. ")


def test_a_feed_and_a_webhook_mark_a_list_that_escalated_and_its_files_stay_as_approved(tmp_path: Path) -> None:
    first, late = parcel(), replace(parcel(as_of=AS_OF + 1), escalated=True)
    channel = FeedChannel(tmp_path / "feed", "feed", "duty")
    for one in (first, late):
        channel.send(one)
    titles = [entry.findtext(f"{{{ATOM}}}title") for entry in ET.parse(tmp_path / "feed" / "feed.xml").iter(f"{{{ATOM}}}entry")]
    assert titles == [
        "东区 centre 2026-01-01 逾期无人签收，已升级 / Not acknowledged in time, escalated",
        "东区 centre 2025-12-31",
    ]
    plain, marked = (json.loads(envelope(one)) for one in (first, late))
    assert (plain["data"]["escalated"], marked["data"]["escalated"]) == (False, True)
    assert plain["type"] == marked["type"] == "riskmodel.list.approved"
    assert plain["data"]["sha256"] == marked["data"]["sha256"]


def test_a_drop_that_escalated_has_a_file_that_says_so_whatever_the_settings_say_later(tmp_path: Path) -> None:
    channel, late = DropChannel(tmp_path / "drop", "drop"), replace(parcel(), escalated=True)
    channel.send(late)
    (place,) = (tmp_path / "drop").iterdir()
    assert (place / "ESCALATED.txt").read_text() == "逾期无人签收，已升级。\nNot acknowledged in time, escalated.\n"
    assert {path.name for path in place.iterdir()} == {*FILES, "SHA256SUMS", "ESCALATED.txt"}
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=place, check=True)
    for one in (late, parcel()):
        channel.check(one)
    (place / "ESCALATED.txt").write_bytes(b"")
    with pytest.raises(RefusedError, match="ESCALATED.txt"):
        channel.check(late)
    (tmp_path / "plain").mkdir()
    plain = DropChannel(tmp_path / "plain", "plain")
    plain.send(parcel())
    plain.check(late)
