"""What a visitor has uploaded is let go when its page, or its field, is left."""

from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from mnist_core import quotas
from mnist_core.quotas import Quota, Uploads
from mnist_core.storage.png import png
from tests.support.pages import as_read, widget
from ui.shared import session

OTHERS = "another visitor"


@pytest.fixture
def uploads(monkeypatch):
    """The server's store of uploaded files, with one of another visitor's."""
    store = MemoryUploadedFileManager("/upload")
    visitors = set()

    def context():
        found = real()
        visitors.update({found.session_id} if found else ())
        return found

    real = session.get_script_run_ctx
    server = SimpleNamespace(exists=lambda: True, get_instance=lambda: SimpleNamespace(uploaded_file_mgr=store))
    monkeypatch.setattr(session, "get_script_run_ctx", context)
    monkeypatch.setattr(session, "runtime", server)
    store.add_file(OTHERS, UploadedFileRec("1", "a.png", "image/png", bytes(100)))
    return SimpleNamespace(store=store, visitors=visitors)


def texts(page):
    return " ".join([*(as_read(str(e.value)) for e in page.info), *(str(e.proto.body) for e in page.get("html"))])


def upload(uploads):
    (visitor,) = uploads.visitors
    uploads.store.add_file(visitor, UploadedFileRec("2", "b.png", "image/png", bytes(1_000_000)))
    return visitor


def test_uploads_are_let_go_when_the_page_is_left(open_page, uploads):
    page = open_page("pages/6_Draw.py")
    visitor = upload(uploads)
    page.run()
    assert uploads.store.get_files(visitor, ["2"]), "the page is still open"
    page.switch_page("pages/8_Runs.py").run()
    assert not page.exception
    assert uploads.store.get_files(visitor, ["2"]) == []
    assert uploads.store.get_files(OTHERS, ["1"]), "what is another's stays"


def test_pictures_are_uploads_and_each_is_counted_once(open_page, sit_down, mnist, monkeypatch):
    monkeypatch.setattr(quotas, "UPLOADS", Quota("uploads within ten minutes", 2, 100))
    sit_down("me")
    page = open_page("pages/6_Draw.py")
    monkeypatch.setattr("ui.draw.sources.uploads", Uploads())
    widget(page.button_group, "Where the digit comes from").set_value("Picture").run()

    def put(index):
        page.get("file_uploader")[0].upload("digit.png", png(np.array(mnist.test_images[index])), "image/png").run()
        return texts(page)

    for index, digit in ((0, 7), (1, 2)):
        assert f'data-answer="{digit}"' in put(index)
        assert f'data-answer="{digit}"' in texts(page.run())
    assert "this makes 3 uploads within ten minutes, and a seat has 2 at most: wait some minutes" in put(2).lower()
    assert "data-answer" not in texts(page)
    monkeypatch.setattr("ui.draw.sources.uploads", Uploads())  # some minutes later
    assert 'data-answer="1"' in texts(page.run())


def test_uploads_are_let_go_when_another_source_is_chosen(open_page, uploads):
    page = open_page("pages/6_Draw.py")
    source = widget(page.button_group, "Where the digit comes from")
    source.set_value("Picture").run()
    visitor = upload(uploads)
    widget(page.button_group, "Where the digit comes from").set_value("Board").run()
    assert uploads.store.get_files(visitor, ["2"]) == []
