"""A model of a disk: what of a folder survives a power cut.

Files are written by the real system. The model follows every write, sync, rename and removal below one folder, so that it can say at any
moment which contents and which names a power cut may leave: a synced content stays, an unsynced one is kept, lost or torn; a name stays
if its folder was synced after it was made.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
"""Bytes that a disk writes as one."""

VOLATILE = ("-shm",)
"""Files that SQLite keeps in memory and computes again."""

Image = dict[str, bytes | None]
"""Relative path to content; None for a folder."""


@dataclass(eq=False)
class File:
    """One file: its synced content and what was written since.

    ``synced`` is None if it was never synced. ``writes`` are pieces written in place, of databases only. ``last`` is the content at the time
    when the last name of it went away.
    """

    synced: bytearray | None = None
    dirty: bool = False
    writes: list[tuple[int, bytes | None]] = field(default_factory=list)
    in_place: bool = False
    last: bytes | None = None

    def sync(self, content: bytes) -> None:
        """Note that the content is on the disk."""
        if self.in_place and self.synced is not None:
            for at, piece in self.writes:
                apply(self.synced, at, piece)
        else:
            self.synced = bytearray(content)
        self.writes.clear()
        self.dirty = False

    def after_power_cut(self, content: bytes, draw: random.Random) -> bytes:
        """Return what a power cut may leave of the file."""
        if self.in_place:
            left = bytearray(self.synced or b"")
            for at, piece in self.writes:
                kept = draw.random()
                if kept < 0.5:
                    apply(left, at, piece)
                elif kept < 0.7 and piece is not None:
                    apply(left, at, piece[: SECTOR * draw.randint(0, max(0, len(piece) // SECTOR))])
            return bytes(left)
        if not self.dirty:
            return content if self.synced is None else bytes(self.synced)
        kept = draw.random()
        if kept < 0.3:
            return content
        if kept < 0.6:
            return bytes(self.synced or b"")
        return torn(content, draw)


@dataclass(eq=False)
class Folder:
    """One folder: its synced names and the changes since.

    ``path`` is where it is now; ``synced`` has only the names that were touched (None: it was not there).
    """

    path: str
    synced: dict[str, File | Folder | None] = field(default_factory=dict)
    now: dict[str, File | Folder | None] = field(default_factory=dict)
    changes: list[tuple[str, str, File | Folder | None]] = field(default_factory=list)

    def change(self, old: str, new: str, node: File | Folder | None) -> None:
        """Note a new name (``old`` is empty), a removed one (``new`` is empty) or a new name instead of an old one."""
        self.changes.append((old, new, node))
        self._apply(self.now, (old, new, node))

    def sync(self) -> None:
        """Note that the names are on the disk."""
        for change in self.changes:
            self._apply(self.synced, change)
        self.changes.clear()

    def after_power_cut(self, draw: random.Random) -> dict[str, File | Folder | None]:
        """Return the touched names that a power cut may leave."""
        left, how = dict(self.synced), draw.random()
        whole = draw.randint(0, len(self.changes))
        for number, change in enumerate(self.changes):
            if (how < 0.5 and number < whole) or (how >= 0.5 and draw.random() < 0.5):
                self._apply(left, change)
        return left

    @staticmethod
    def _apply(names: dict[str, File | Folder | None], change: tuple[str, str, File | Folder | None]) -> None:
        old, new, node = change
        if old:
            names[old] = None
        if new:
            names[new] = node


def apply(content: bytearray, at: int, piece: bytes | None) -> None:
    """Write a piece at a place; None cuts the content off there."""
    if piece is None:
        del content[at:]
        return
    if len(content) < at:
        content.extend(bytes(at - len(content)))
    content[at : at + len(piece)] = piece


def torn(content: bytes, draw: random.Random) -> bytes:
    """Return the beginning of a content, the rest missing or zero."""
    kept = content[: draw.randint(0, len(content))]
    return kept if draw.random() < 0.7 else kept + bytes(len(content) - len(kept))


class Disk:
    """The folder ``root`` and what of it is synced."""

    def __init__(self, root: Path) -> None:
        self.root = str(root)
        self.top = Folder(self.root)
        self.last_opened: str | None = None

    def holds(self, path: str) -> bool:
        """Return whether a path lies below the folder."""
        return path.startswith(self.root + "/")

    def folder(self, path: str) -> Folder:
        """Return the model of a folder that is there."""
        if path == self.root:
            return self.top
        parent, name = self._place(path)
        node = parent.now.get(name)
        if not isinstance(node, Folder):
            node = Folder(path)
            parent.now[name] = node
            parent.synced.setdefault(name, node)
        return node

    def file(self, path: str) -> File:
        """Return the model of a file; what was there before is synced."""
        parent, name = self._place(path)
        node = parent.now.get(name)
        if isinstance(node, File):
            return node
        there = name not in parent.now and os.path.isfile(path)
        node = File(bytearray(_content(path)) if there else None)
        if there:
            parent.now[name] = node
            parent.synced.setdefault(name, node)
        else:
            parent.synced.setdefault(name, None)
            parent.change("", name, node)
        return node

    def opened(self, path: str) -> None:
        """Note that a file is opened for writing."""
        self.file(path).dirty = True
        self.last_opened = path

    def synced(self, path: str) -> None:
        """Note that a file or a folder was synced."""
        if os.path.isdir(path):
            self.folder(path).sync()
        else:
            self.file(path).sync(_content(path))

    def made(self, path: str) -> None:
        """Note that a folder will be made."""
        if os.path.exists(path):
            return
        parent, name = self._place(path)
        parent.synced.setdefault(name, None)
        parent.change("", name, Folder(path))

    def removed(self, path: str) -> None:
        """Note that a name will be removed."""
        if not os.path.lexists(path):
            return
        self._keep(path)
        parent, name = self._place(path)
        parent.change(name, "", None)

    def renamed(self, old: str, new: str) -> None:
        """Note that a name will be replaced by another."""
        if not os.path.lexists(old):
            return
        before, after = self._place(old), self._place(new)
        node = self.folder(old) if os.path.isdir(old) else self.file(old)
        if os.path.lexists(new):
            self._keep(new)
        else:
            after[0].synced.setdefault(after[1], None)
        if isinstance(node, Folder):
            _move(node, new)
        if before[0] is after[0]:
            before[0].change(before[1], after[1], node)
        else:
            before[0].change(before[1], "", None)
            after[0].change("", after[1], node)

    def power_cut(self, draw: random.Random) -> Image:
        """Return what a power cut at this moment may leave."""
        return dict(self._left(self.top, "", draw))

    def killed(self, draw: random.Random) -> Image:
        """Return the folder as it is, the file that was being written possibly in part."""
        image = {name: content for name, content in self._whole(self.root, "") if not name.endswith(VOLATILE)}
        if self.last_opened is not None and draw.random() < 0.5:
            name = os.path.relpath(self.last_opened, self.root)
            node = self.file(self.last_opened) if os.path.isfile(self.last_opened) else None
            content = image.get(name)
            if content and node is not None and node.dirty and not node.in_place:
                image[name] = content[: draw.randint(0, len(content))]
        return image

    def restore(self, image: Image) -> None:
        """Write an image into the folder, and remove everything else."""
        restore(self.root, image)

    def _place(self, path: str) -> tuple[Folder, str]:
        parent, _, name = path.rpartition("/")
        return self.folder(parent), name

    def _keep(self, path: str) -> None:
        """Keep the content of a file whose name goes away."""
        if os.path.isdir(path):
            self.folder(path)
            return
        self.file(path).last = _content(path)

    def _left(self, folder: Folder, prefix: str, draw: random.Random) -> Iterator[tuple[str, bytes | None]]:
        left = folder.after_power_cut(draw)
        untouched = [name for name in _names(folder.path) if name not in folder.now and name not in left]
        for name in sorted(untouched):
            yield from self._whole(f"{folder.path}/{name}", f"{prefix}{name}")
        for name, node in sorted(left.items()):
            if node is None or name.endswith(VOLATILE):
                continue
            if isinstance(node, Folder):
                yield f"{prefix}{name}", None
                yield from self._left(node, f"{prefix}{name}/", draw)
            else:
                current = _content(f"{folder.path}/{name}") if folder.now.get(name) is node else self._elsewhere(folder, node)
                yield f"{prefix}{name}", node.after_power_cut(current, draw)

    @staticmethod
    def _elsewhere(folder: Folder, node: File) -> bytes:
        """Return the content of a file that has another name now, or none."""
        for name, there in folder.now.items():
            if there is node:
                return _content(f"{folder.path}/{name}")
        return node.last or b""

    def _whole(self, path: str, name: str) -> Iterator[tuple[str, bytes | None]]:
        if not os.path.isdir(path):
            yield name, _content(path)
            return
        if name:
            yield name, None
        for child in sorted(_names(path)):
            yield from self._whole(f"{path}/{child}", f"{name}/{child}" if name else child)


def restore(root: str, image: Image) -> None:
    """Write an image into a folder, and remove everything else."""
    for path, folders, files in os.walk(root, topdown=False):
        short = "" if path == root else os.path.relpath(path, root) + "/"
        for name in files:
            if image.get(f"{short}{name}") is None:
                os.unlink(f"{path}/{name}")
        for name in folders:
            if image.get(f"{short}{name}", b"") is not None:
                os.rmdir(f"{path}/{name}")
    for name, content in image.items():
        path = f"{root}/{name}"
        if content is None:
            os.makedirs(path, exist_ok=True)
            continue
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if not os.path.isfile(path) or _content(path) != content:
            with open(path, "wb") as file:
                file.write(content)


def image_of(root: Path) -> Image:
    """Return a folder's whole content."""
    return Disk(root).killed(random.Random(0))


def _move(folder: Folder, path: str) -> None:
    folder.path = path
    for name, node in folder.now.items():
        if isinstance(node, Folder):
            _move(node, f"{path}/{name}")


def _content(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return b""


def _names(path: str) -> list[str]:
    try:
        return os.listdir(path)
    except (FileNotFoundError, NotADirectoryError):
        return []


Draw = Callable[[], float]
