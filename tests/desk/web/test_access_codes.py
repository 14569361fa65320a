"""Codes: many made at once are all kept, and a cookie is worth nothing once a sign of it is changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from riskmodel.base.project import Project
from riskmodel.desk.web import sign_in
from riskmodel.desk.web.access_codes import Access, access_of, all_access, give_access, remove_access
from riskmodel.desk.web.sign_in import LASTS, SECRET_BYTES, cookie_for, server_secret, signed_in

SECRET = bytes(range(SECRET_BYTES))


def test_codes_that_are_made_and_removed_at_once_are_all_kept(project: Project) -> None:
    project.access_file.parent.mkdir(exist_ok=True)

    def made(number: int) -> str:
        return give_access(project, "East", "duty officer", ["East"], bytes([number] * 10), 20_000)

    first = made(0)
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(made, range(1, 9)))
        gone = pool.submit(remove_access, project, all_access(project)[0].id)
    assert gone.result().id not in {one.id for one in all_access(project)}
    assert access_of(project, first) is None
    assert len(all_access(project)) == len(set(codes)) == 8
    assert all(access_of(project, f" {code.upper()} ".replace("-", " ")) is not None for code in codes)


@pytest.mark.parametrize("code", ["", "-", "aaaa", "é" * 16, "\x00" * 16])
def test_what_is_no_code_is_nobodys(project: Project, code: str) -> None:
    project.access_file.parent.mkdir(exist_ok=True)
    give_access(project, "East", "duty officer", ["East"], b"\x01" * 10, 20_000)
    assert access_of(project, code) is None


def test_a_changed_cookie_is_nobodys() -> None:
    own, other = (
        Access(id, centre, "duty officer", digit * 64, 20_000) for id, centre, digit in (("1", "East", "a"), ("2", "West", "b"))
    )
    cookie = cookie_for(own, 1_000, SECRET)
    assert signed_in(cookie, [own, other], 1_000, SECRET) == own
    id, ends, signature = cookie.split(".")
    later = str(int(ends) + LASTS)
    for changed in (
        f"2.{ends}.{signature}",
        f"{id}.{later}.{signature}",
        f"{id}.{ends}.",
        f"{id}.{ends}",
        "",
        "..",
        cookie[:-1],
        f"{cookie}0",
        "1.x.é",
    ):
        assert signed_in(changed, [own, other], 1_000, SECRET) is None
    assert signed_in(cookie, [other], 1_000, SECRET) is None
    assert signed_in(cookie, [Access("1", "East", "duty officer", "c" * 64, 20_000)], 1_000, SECRET) is None
    assert signed_in(cookie_for(own, 1_000 + LASTS, SECRET), [own], 1_000, SECRET) is None  # by a clock that ran ahead


def test_a_cookie_needs_the_secret_of_this_server_which_no_backup_has(project: Project) -> None:
    project.access_file.parent.mkdir(exist_ok=True)
    secret = server_secret(project, SECRET)
    kept = project.access_file.with_suffix(".key")
    assert secret == SECRET == kept.read_bytes()
    assert oct(kept.stat().st_mode)[-3:] == "600"
    # the next start of the desk has the same, also with other random bytes; what was cut off is made anew
    assert server_secret(project, bytes(SECRET_BYTES)) == SECRET
    kept.write_bytes(SECRET[:9])
    assert server_secret(project, bytes(SECRET_BYTES)) == bytes(SECRET_BYTES) == kept.read_bytes()
    own = Access("1", "East", "duty officer", "a" * 64, 20_000)
    assert signed_in(cookie_for(own, 1_000, SECRET), [own], 1_000, bytes(SECRET_BYTES)) is None


def test_where_no_secret_can_be_kept_it_lasts_as_long_as_the_process(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(sign_in, "write_private", refuse)
    project.access_file.parent.mkdir(exist_ok=True)
    assert server_secret(project, SECRET) == SECRET
    assert not project.access_file.with_suffix(".key").exists()
