"""The desk as a browser and a program use it: lists of one centre, approved ones only, and answers as from a file."""

from __future__ import annotations

import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from riskmodel.base.days import to_iso
from riskmodel.base.project import Project
from riskmodel.desk import as_records
from riskmodel.desk.web.access_codes import all_access, remove_access
from riskmodel.desk.web.desk_texts import TEXTS
from riskmodel.desk.web.guard import HEADERS, MOST_BYTES
from riskmodel.desk.web.sign_in import LASTS
from riskmodel.ledger import Ledger
from riskmodel.operations.nightly import approve
from tests.worlds.copied_project import copied_project
from tests.worlds.desk_browser import DeskBrowser
from tests.worlds.made_once import MakeOnce
from tests.worlds.town import AS_OF

NIGHT = f"/lists/{to_iso(AS_OF)}"
OWN, OTHER, DRAFT = "West centre", "a/b", "东区中心"


@pytest.fixture(scope="session")
def approved_once(drafted_once: Path, make_once: MakeOnce) -> Path:
    """The town after a night of which two of three lists are approved; copy, never change."""

    def fill(folder: Path) -> None:
        project = copied_project(drafted_once, folder / "town")
        for centre in (OWN, OTHER):
            approve(project, AS_OF, role="duty officer", day=AS_OF, centre=centre)

    return make_once("desk", fill) / "town"


@pytest.fixture
def browser(approved_once: Path, tmp_path: Path) -> DeskBrowser:
    return DeskBrowser(copied_project(approved_once, tmp_path / "town"))


@pytest.fixture
def officer(browser: DeskBrowser) -> DeskBrowser:
    """Somebody of the first centre, who is signed in."""
    browser.sign_in(OWN)
    return browser


def said(key: str, project: Project, **values: object) -> str:
    return TEXTS[key](project.table.warnings.language, **values)


def ids(page: str) -> list[str]:
    return re.findall(r'name="outcome\.([^"]+)"', page)


def answers(project: Project) -> list[tuple[str, str]]:
    with Ledger.of(project).read() as book:
        return [(one.answer.warning, one.answer.outcome) for one in book.answers.up_to()]


def test_nothing_is_shown_to_whoever_is_not_signed_in(browser: DeskBrowser) -> None:
    for path in ("/", NIGHT, f"{NIGHT}/answers"):
        found = browser.get(path)
        assert (found.status_code, found.headers["location"]) == (303, "/sign-in")
    assert browser.post(f"{NIGHT}/answers").headers["location"] == "/sign-in"
    wrong = browser.post("/sign-in", {"code": "aaaa-bbbb-cccc-dddd"})
    assert wrong.status_code == 403
    assert said("wrong_code", browser.project) in wrong.text
    assert not browser.cookies
    for path in ("/lists.json", f"{NIGHT}.json"):
        assert browser.get(path).status_code == 401
    assert OWN not in wrong.text


def test_a_centre_reads_its_approved_lists_as_they_were_approved(officer: DeskBrowser) -> None:
    home = officer.get("/")
    assert f'href="{NIGHT}"' in home.text
    assert said("unread", officer.project) in home.text
    (file,) = (officer.project.path(officer.project.table.outbox) / to_iso(AS_OF)).glob("West*/*.html")
    assert officer.get(NIGHT).content == file.read_bytes()
    file.unlink()
    assert "DRAFT" not in officer.get(NIGHT).text
    assert officer.get("/lists/2025-12-30").status_code == 404
    assert officer.get("/lists/soon").status_code == 404


@pytest.mark.parametrize("centre", [OTHER, DRAFT])
def test_no_centre_sees_the_list_or_the_warnings_of_another(browser: DeskBrowser, centre: str) -> None:
    browser.sign_in(OWN)
    own = set(ids(browser.get(f"{NIGHT}/answers").text))
    assert own
    other = DeskBrowser(browser.project)
    other.sign_in(centre, seed=2)
    page = other.get(f"{NIGHT}/answers")
    assert page.status_code == (404 if centre == DRAFT else 200)
    assert not own & set(ids(page.text))
    refused = other.post(f"{NIGHT}/answers", {f"outcome.{min(own)}": "not_done"})
    assert refused.status_code == 404
    assert not answers(browser.project)


def test_a_form_records_what_a_file_would(officer: DeskBrowser) -> None:
    first, second, third, *_ = ids(officer.get(f"{NIGHT}/answers").text)
    found = officer.post(
        f"{NIGHT}/answers",
        {
            f"outcome.{first}": "visited", f"day.{first}": to_iso(AS_OF + 1),
            f"outcome.{second}": "not_done", f"day.{second}": "",
            f"outcome.{third}": "visited", f"day.{third}": to_iso(AS_OF + 30),
        },
    )  # fmt: skip
    assert found.status_code == 422
    assert answers(officer.project) == [(first, "visited"), (second, "not_done")]
    assert found.text.count('aria-invalid="true"') == 2  # result and day of the third place
    assert f'value="{to_iso(AS_OF + 30)}"' in found.text
    assert f'value="{to_iso(AS_OF + 1)}"' not in found.text
    again = officer.post(f"{NIGHT}/answers", {f"outcome.{first}": "visited", f"day.{first}": to_iso(AS_OF + 1)})
    assert again.status_code == 200
    assert len(answers(officer.project)) == len(as_records(Ledger.of(officer.project))) == 2
    assert not list(officer.project.folder.rglob("answers-quarantine/*.json"))
    empty = officer.post(f"{NIGHT}/answers", {f"outcome.{first}": "", f"day.{first}": ""})
    assert (empty.status_code, said("none_given", officer.project) in empty.text) == (422, True)


def test_a_correction_replaces_and_an_older_result_does_not(officer: DeskBrowser) -> None:
    first = ids(officer.get(f"{NIGHT}/answers").text)[0]

    def sent(outcome: str, day: int, **more: str) -> str:
        return officer.post(f"{NIGHT}/answers", {f"outcome.{first}": outcome, f"day.{first}": to_iso(day), **more}).text

    sent("visited", AS_OF + 1)
    older = sent("nothing_found", AS_OF)
    assert re.search(
        TEXTS["overruled"].en.split("{day}")[0].format(row=1) + "|" + TEXTS["overruled"].zh.split("{day}")[0].format(row=1), older
    )
    sent("nothing_found", AS_OF, correct="yes")
    with Ledger.of(officer.project).read() as book:
        assert book.answers.up_to()[-1].answer.replaces is not None


def test_a_red_list_is_acknowledged_by_the_role_of_the_code(officer: DeskBrowser) -> None:
    for _ in range(2):
        assert officer.post(f"{NIGHT}/acknowledgement").status_code == 303
    with Ledger.of(officer.project).read() as book:
        (stored,) = book.lists.of(AS_OF, OWN)
        assert [one.role for one in book.acknowledgements.of(stored.id)] == ["duty officer"]
    assert said("unread", officer.project) not in officer.get("/").text


def test_a_program_gets_and_answers_a_list_as_json(browser: DeskBrowser) -> None:
    sent = {"Authorization": f"Bearer {browser.sign_in(OWN).upper()}"}
    (night,) = browser.get("/lists.json", headers=sent).json()
    assert night["as_of"] == to_iso(AS_OF)
    content = browser.get(f"{NIGHT}.json", headers=sent).json()
    with Ledger.of(browser.project).read() as book:
        assert content["digest"] == book.lists.of(AS_OF, OWN)[0].digest
    warning = content["sections"][0]["warnings"][0]["id"]

    def answered(body: object) -> tuple[int, dict]:
        found = browser.ask("POST", f"{NIGHT}/answers.json", json=body, headers=sent)
        return found.status_code, found.json()

    status, report = answered({"answers": [{"warning": warning, "outcome": "visited", "day": to_iso(AS_OF)}]})
    assert (status, report["accepted"]) == (200, 1)
    assert browser.get(f"{NIGHT}.json", headers=sent).json()["answers"] == [
        {"warning": warning, "outcome": "visited", "day": to_iso(AS_OF)}
    ]
    status, report = answered({"answers": [{"warning": warning, "outcome": "visited"}]})
    assert (status, [one["row"] for one in report["rejected"]]) == (422, [1])
    for body in (
        [],
        {"answers": [{"warning": warning}]},
        {"answers": [{"warning": 1, "outcome": "visited"}]},
        {"answers": [], "who": "Wang"},
    ):
        status, refused = answered(body)
        assert (status, refused["error"].startswith("The body must be JSON such as")) == (400, True)
    twice = [{"warning": warning, "outcome": "visited", "day": to_iso(AS_OF)}] * 2
    assert answered({"answers": twice})[0] == 400
    assert "has no warning 'x'" in answered({"answers": [{"warning": "x", "outcome": "visited"}]})[1]["error"]
    assert len(answers(browser.project)) == 1


def test_forms_of_other_sites_and_large_bodies_are_refused(officer: DeskBrowser) -> None:
    first = ids(officer.get(f"{NIGHT}/answers").text)[0]
    fields = {f"outcome.{first}": "not_done"}
    for headers in ({"Origin": "https://evil.test"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert officer.ask("POST", f"{NIGHT}/answers", data=fields, headers=headers).status_code == 403
    assert officer.post(f"{NIGHT}/answers", {**fields, "x": "x" * MOST_BYTES}).status_code == 413
    assert not answers(officer.project)
    # a proxy that leaves out the port changes the host; the browser says that the form is ours
    behind = {"Origin": "https://desk.test:8443", "Sec-Fetch-Site": "same-origin"}
    assert officer.ask("POST", "/sign-out", headers={**behind, "Sec-Fetch-Site": "same-site"}).status_code == 403
    assert officer.ask("POST", "/sign-out", headers={"Origin": behind["Origin"]}).status_code == 403
    assert officer.ask("POST", "/sign-out", headers=behind).status_code == 303


@pytest.mark.parametrize(
    "path",
    [f"{NIGHT}/", "/lists/10000-01-01", "/lists/0001-01-01", "/lists/9999-12-31/answers", "/lists/..%2f..%2faccess.json", "/lists/%00", "/lists/２０２５-12-31"],
)  # fmt: skip
def test_what_is_no_address_is_not_found(officer: DeskBrowser, path: str) -> None:
    found = officer.get(path)
    assert (found.status_code, said("not_found", officer.project) in found.text) == (404, True)


@pytest.mark.parametrize("body", [b"a&" * 20_000, b"\xff\xfe=%ff", b"outcome.=visited&day.=x"])
def test_a_body_that_no_page_sends_records_nothing(officer: DeskBrowser, body: bytes) -> None:
    for path in ("/sign-in", f"{NIGHT}/answers"):
        assert 400 <= officer.ask("POST", path, content=body).status_code < 500
    assert not answers(officer.project)


def test_answers_sent_at_once_are_recorded_once(officer: DeskBrowser) -> None:
    first, second, *_ = ids(officer.get(f"{NIGHT}/answers").text)
    fields = {f"outcome.{one}": "visited" for one in (first, second)} | {f"day.{one}": to_iso(AS_OF) for one in (first, second)}
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: officer.post(f"{NIGHT}/answers", fields).status_code, range(6)))
    assert found == [200] * 6
    assert sorted(answers(officer.project)) == sorted([(first, "visited"), (second, "visited")])


def test_a_changed_page_or_list_is_never_shown(officer: DeskBrowser) -> None:
    (file,) = (officer.project.path(officer.project.table.outbox) / to_iso(AS_OF)).glob("West*/*.html")
    right = file.read_bytes()
    file.write_bytes(right.replace(b"<main>", b"<main>other"))
    assert officer.get(NIGHT).content == right
    with closing(sqlite3.connect(officer.project.ledger_file)) as ledger:
        ledger.execute("update warning_lists set body = replace(body, 'West centre', 'East centre')")
        ledger.commit()
    for path in ("/", NIGHT, f"{NIGHT}/answers"):
        assert officer.get(path).status_code == 500


def test_somebody_is_signed_out_by_time_by_choice_and_with_the_code(officer: DeskBrowser) -> None:
    officer.now += LASTS - 1
    assert officer.get("/").status_code == 200
    officer.now += 1
    assert officer.get("/").status_code == 303
    officer.sign_in(OWN, seed=3)
    kept = officer.cookies
    assert officer.post("/sign-out").status_code == 303
    assert not officer.cookies
    officer.cookies = kept
    for one in all_access(officer.project):
        remove_access(officer.project, one.id)
    assert officer.get("/").status_code == 303


def test_every_answer_forbids_scripts_and_frames(officer: DeskBrowser) -> None:
    for path in ("/", NIGHT, "/nowhere", "/lists.json"):
        found = officer.get(path)
        assert {name: found.headers[name] for name in HEADERS} == HEADERS
    cookie = next(iter(officer.cookies.jar))
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "strict"


def test_damaged_codes_let_nobody_in(officer: DeskBrowser, caplog: pytest.LogCaptureFixture) -> None:
    officer.project.access_file.write_text("{", encoding="utf-8")
    found = officer.get("/")
    assert (found.status_code, said("failed", officer.project) in found.text) == (500, True)
    assert officer.get("/lists.json", headers={"Authorization": "Bearer a"}).status_code == 500
    assert "access.json beside the ledger is damaged" in caplog.text
