from mnist_core.files import sha256, write_atomically


def test_a_file_is_known_by_the_published_digest_of_its_content(tmp_path):
    write_atomically(tmp_path / "file", "abc")
    # FIPS 180-2, appendix B.1.
    assert sha256(tmp_path / "file") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
