"""What a visit of a page does to what the one before has left behind."""

from types import SimpleNamespace

from streamlit.runtime.fragment import MemoryFragmentStorage

from ui.shared import session


def test_a_page_forgets_the_fragments_of_the_one_before(monkeypatch):
    """`st.stop` keeps Streamlit from it: what such a fragment draws later has no place on a page of another form."""
    fragments = MemoryFragmentStorage()
    fragments.register("of the page before", lambda: None)
    context = SimpleNamespace(fragment_storage=fragments, session_id="a visitor")
    monkeypatch.setattr("streamlit.session_state", {})
    monkeypatch.setattr(session, "get_script_run_ctx", lambda: context)
    assert fragments.contains("of the page before")
    session.enter("Train")
    assert not fragments.contains("of the page before")
