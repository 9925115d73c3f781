import os

import pytest

from mnist_core.storage.atomic import sha256, write_atomically


def test_a_file_is_known_by_the_published_digest_of_its_content(tmp_path):
    write_atomically(tmp_path / "file", "abc")
    # FIPS 180-2, appendix B.1.
    assert sha256(tmp_path / "file") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_who_is_reading_when_a_file_is_replaced_reads_the_old_one_to_its_end(tmp_path):
    path = tmp_path / "file"
    write_atomically(path, "old")
    with path.open() as reader:
        write_atomically(path, "the new one")
        assert reader.read() == "old"
    assert path.read_text() == "the new one"
    assert list(tmp_path.iterdir()) == [path]


def test_the_content_is_on_the_disk_before_it_takes_its_place(tmp_path, monkeypatch):
    done, replace = [], os.replace
    monkeypatch.setattr(os, "fsync", lambda handle: done.append(os.fstat(handle).st_size))
    monkeypatch.setattr(os, "replace", lambda *names: done.append("renamed") or replace(*names))
    write_atomically(tmp_path / "file", "abc")
    assert done == [3, "renamed"]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "file"
    write_atomically(path, "old")
    with pytest.raises(TypeError):
        write_atomically(path, 3)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
