"""The files of a backup: every byte is under a digest, the manifest's own included."""

from __future__ import annotations

from pathlib import Path

import pytest

from riskmodel.base.errors import RiskmodelError
from riskmodel.records.backup import BackupWriter, FileToCopy, VanishedFileError, read_backup

FILES = {"riskmodel.toml": FileToCopy(b'name = "x"\n'), "data/a b.json": FileToCopy("县".encode()), "empty": FileToCopy(b"")}


def made(folder: Path) -> Path:
    writer = BackupWriter(folder)
    writer.add(FILES)
    writer.finish({"project": "x", "places": {}})
    return folder


def test_every_flipped_byte_of_a_backup_is_refused_with_its_file(tmp_path: Path) -> None:
    folder = made(tmp_path / "backup")
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole = path.read_bytes()
        for at in range(len(whole)):
            for bit in (1, 0x20, 0x80):
                path.write_bytes(whole[:at] + bytes([whole[at] ^ bit]) + whole[at + 1 :])
                with pytest.raises(RiskmodelError, match=rf"{path.name}.*(Restore from another backup|Upgrade riskmodel)"):
                    read_backup(folder).check()
        path.write_bytes(whole)
    read_backup(folder).check()


def test_a_backup_gives_its_files_back_and_drops_what_it_no_longer_needs(tmp_path: Path) -> None:
    folder = made(tmp_path / "backup")
    backup = read_backup(folder)
    backup.restore({name: name for name in backup.files}, tmp_path / "restored")
    for name, file in FILES.items():
        assert (tmp_path / "restored" / name).read_bytes() == file.content
    writer = BackupWriter(folder)
    writer.add({"riskmodel.toml": FILES["riskmodel.toml"]})
    writer.finish({})
    assert writer.copied == 0
    assert [path.read_bytes() for path in folder.glob("files/*/*")] == [FILES["riskmodel.toml"].content]


def test_a_damaged_copy_is_written_again_and_a_damaged_source_is_not_copied(tmp_path: Path) -> None:
    folder = made(tmp_path / "backup")
    backup = read_backup(folder)
    backup.path("data/a b.json").write_bytes(b"damaged")
    made(folder)
    backup.check()
    source = tmp_path / "part"
    source.write_bytes(b"x")
    with pytest.raises(VanishedFileError, match="'part' is missing or damaged"):
        BackupWriter(folder).add({"part": FileToCopy(source, "0" * 64)})
    backup.check()
