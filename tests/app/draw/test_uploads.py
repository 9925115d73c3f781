"""What a visitor has uploaded is let go when its page, or its field, is left."""

from types import SimpleNamespace

import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from tests.support.pages import widget
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


def upload(uploads):
    (visitor,) = uploads.visitors
    uploads.store.add_file(visitor, UploadedFileRec("2", "b.png", "image/png", bytes(1_000_000)))
    return visitor


def test_uploads_are_let_go_when_the_page_is_left(open_page, uploads):
    page = open_page("pages/4_Draw.py")
    visitor = upload(uploads)
    page.run()
    assert uploads.store.get_files(visitor, ["2"]), "the page is still open"
    page.switch_page("pages/6_Runs.py").run()
    assert not page.exception
    assert uploads.store.get_files(visitor, ["2"]) == []
    assert uploads.store.get_files(OTHERS, ["1"]), "what is another's stays"


def test_uploads_are_let_go_when_another_source_is_chosen(open_page, uploads):
    page = open_page("pages/4_Draw.py")
    source = widget(page.button_group, "Where the digit comes from")
    source.set_value("Picture").run()
    visitor = upload(uploads)
    widget(page.button_group, "Where the digit comes from").set_value("Board").run()
    assert uploads.store.get_files(visitor, ["2"]) == []
